package dev.larder.engine.plan;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonParser;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.Vertex;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** A plan as text: its vertices, inputs first, then the config. What is empty is left out. */
final class Dump {
  private final Plan plan;
  private final Map<Vertex, Integer> numbers = new LinkedHashMap<>();
  private final StringBuilder out = new StringBuilder();

  private Dump(Plan plan) {
    this.plan = plan;
  }

  static String of(Plan plan) {
    Dump dump = new Dump(plan);
    plan.root().ifPresent(root -> dump.vertex(root.vertex()));
    dump.out.append(config(plan)).append('\n');
    return dump.out.toString();
  }

  private static String config(Plan plan) {
    String json = new String(plan.config().toBytes(), StandardCharsets.UTF_8);
    return new GsonBuilder()
        .disableHtmlEscaping()
        .setPrettyPrinting()
        .create()
        .toJson(JsonParser.parseString(json));
  }

  private void vertex(Vertex vertex) {
    if (numbers.containsKey(vertex)) {
      return;
    }
    vertex.inputs().forEach(input -> vertex(input.vertex()));
    numbers.put(vertex, numbers.size() + 1);
    Plan.StepName name = plan.names().get(vertex.id());
    out.append(numbers.get(vertex))
        .append(' ')
        .append(vertex.op().getClass().getSimpleName())
        .append(
            vertex.inputs().stream()
                .map(this::edge)
                .collect(Collectors.joining(" ", vertex.inputs().isEmpty() ? "" : " of ", "")))
        .append(vertex.fresh() ? " fresh" : "")
        .append(name == null ? "" : "  " + name.text() + (name.counted() ? "" : " (not counted)"))
        .append('\n');
    components((Record) vertex.op(), "    ");
  }

  private String edge(Edge edge) {
    return numbers.get(edge.vertex()) + (edge.output() == 0 ? "" : "." + edge.output());
  }

  private void components(Record record, String indent) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = value(record, component);
      if (value instanceof List<?> list
          && !list.isEmpty()
          && list.getFirst() instanceof Record first
          && !first.getClass().getSimpleName().equals("ExtraHost")) {
        out.append(indent).append(component.getName()).append('\n');
        list.forEach(one -> out.append(indent).append("  ").append(text(one)).append('\n'));
      } else if (!isEmpty(value)) {
        String text = text(value).replace("\n", "\\n");
        out.append(indent).append(component.getName()).append(' ').append(text).append('\n');
      }
    }
  }

  private static String text(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(Dump::text).orElse("-");
    }
    if (value instanceof OptionalInt number) {
      return number.isPresent() ? Integer.toString(number.getAsInt()) : "-";
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Dump::text).collect(Collectors.joining(", ", "[", "]"));
    }
    if (!(value instanceof Record record) || overridesToString(record)) {
      return value.toString().replace("\n", "\\n");
    }
    StringBuilder text = new StringBuilder(record.getClass().getSimpleName());
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object part = value(record, component);
      if (!isEmpty(part)) {
        boolean octal = component.getName().equals("mode") && part instanceof Integer;
        String shown = octal ? "0" + Integer.toOctalString((int) part) : text(part);
        text.append(' ').append(component.getName()).append('=').append(shown);
      }
    }
    return text.toString();
  }

  private static boolean overridesToString(Record record) {
    return !record.getClass().getPackageName().endsWith(".graph");
  }

  private static boolean isEmpty(Object value) {
    return value.equals(Optional.empty())
        || value.equals(OptionalInt.empty())
        || value.equals(java.util.OptionalLong.empty())
        || value.equals("")
        || value.equals(List.of())
        || value.equals(Map.of())
        || value.equals(false)
        || value.toString().equals("DEFAULT")
        || value.toString().equals("SANDBOX");
  }

  private static Object value(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new LinkageError("a record's component can be read", e);
    }
  }
}
