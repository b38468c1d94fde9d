package dev.larder.engine.dockerfile;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A tree as text: a line a node, every word with its place, then the diagnostics as shown. */
final class Dump {
  private final Source source;

  private Dump(Source source) {
    this.source = source;
  }

  static String of(Dockerfile file) {
    Dump dump = new Dump(file.source());
    StringBuilder out = new StringBuilder();
    for (Node node : file.nodes()) {
      out.append(dump.place(node.span())).append(' ').append(dump.value(node)).append('\n');
    }
    for (Diagnostic diagnostic : file.diagnostics()) {
      out.append('\n').append(diagnostic.render(file.source()));
    }
    return out.toString();
  }

  private String value(@Nullable Object value) {
    return switch (value) {
      case null -> "-";
      case Span(int start, int end) -> start == end ? "" : place(new Span(start, end));
      case Word(Span span, String text) -> Quoted.of(text) + "@" + place(span);
      case Flag(Span span, String name, Word word) ->
          "--" + name + (word == null ? "" : "=" + value(word)) + "@" + place(span);
      case Head head ->
          head.flags().stream().map(f -> value(f) + " ").collect(Collectors.joining())
              + head.comments().stream()
                  .map(c -> "#" + Quoted.of(c) + " ")
                  .collect(Collectors.joining())
              + place(head.code());
      case List<?> list ->
          list.stream().map(this::value).collect(Collectors.joining(", ", "[", "]"));
      case String text -> Quoted.of(text);
      case Record record -> record(record);
      default -> value.toString();
    };
  }

  private String record(Record record) {
    StringBuilder out = new StringBuilder(record.getClass().getSimpleName());
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        Object value = component.getAccessor().invoke(record);
        boolean outer = record instanceof Node && component.getName().equals("span");
        boolean plain = value == null || Boolean.FALSE.equals(value) || List.of().equals(value);
        if (!outer && !plain) {
          String shown = value(value);
          String name = value instanceof Head ? "" : component.getName() + "=";
          out.append(shown.isEmpty() ? "" : " " + name + shown);
        }
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new LinkageError("accessors of records are plain", e);
      }
    }
    return "(" + out + ")";
  }

  private String place(Span span) {
    Source.Position from = source.position(span.start());
    Source.Position to = source.position(span.end());
    return from.line() == to.line()
        ? from.line() + ":" + from.column() + "-" + to.column()
        : from.line() + ":" + from.column() + "-" + to.line() + ":" + to.column();
  }
}
