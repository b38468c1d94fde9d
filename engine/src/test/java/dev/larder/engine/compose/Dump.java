package dev.larder.engine.compose;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Writes records as an outline that people can read and compare; what is empty is left out. */
final class Dump {
  private final StringBuilder out = new StringBuilder();
  private final Path root;

  private Dump(Path root) {
    this.root = root;
  }

  static String of(Record value, Path root) throws ReflectiveOperationException {
    Dump dump = new Dump(root);
    dump.members(value, "");
    return dump.out.toString();
  }

  private void members(Record value, String indent) throws ReflectiveOperationException {
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true);
      entry(component.getName(), component.getAccessor().invoke(value), indent);
    }
  }

  private void entry(String name, Object value, String indent) throws ReflectiveOperationException {
    switch (value) {
      case Optional<?> o -> {
        if (o.isPresent()) {
          entry(name, o.get(), indent);
        }
      }
      case OptionalLong o -> o.ifPresent(n -> line(indent, name, Long.toString(n)));
      case OptionalInt o -> o.ifPresent(n -> line(indent, name, Integer.toString(n)));
      case Boolean b -> {
        if (b) {
          line(indent, name, "true");
        }
      }
      case Map<?, ?> map -> {
        if (!map.isEmpty()) {
          line(indent, name, "");
          for (Map.Entry<?, ?> e : map.entrySet()) {
            entry(e.getKey().toString(), e.getValue(), indent + "  ");
          }
        }
      }
      case Path path -> line(indent, name, shown(path.toString()));
      case Collection<?> items -> {
        boolean records = items.stream().anyMatch(Record.class::isInstance);
        if (!records) {
          if (!items.isEmpty()) {
            line(indent, name, shown(items.toString()));
          }
        } else {
          line(indent, name, "");
          for (Object item : items) {
            entry("-", item, indent + "  ");
          }
        }
      }
      case Record r -> {
        line(indent, name, r.getClass().getSimpleName());
        members(r, indent + "  ");
      }
      default -> line(indent, name, shown(value.toString()));
    }
  }

  private String shown(String text) {
    return text.replace(root.toString(), "<folder>")
        .replace(root.resolve("..").normalize().toString(), "<above>");
  }

  private void line(String indent, String name, String text) {
    out.append(indent).append(name).append(':').append(text.isEmpty() ? "" : " ").append(text);
    out.append('\n');
  }
}
