package dev.larder.engine.history;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.event.Reason;
import dev.larder.engine.history.BuildRecord.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A build in the Trace Event Format of Chrome, which chrome://tracing, Perfetto and others show:
 * complete events ({@code "ph":"X"}), their times in microseconds since the build was asked for.
 * Steps that ran side by side stand in rows of their own.
 */
public final class TraceJson {
  private TraceJson() {}

  /** One JSON object. */
  public static String of(BuildRecord record) {
    JsonArray events = new JsonArray();
    events.add(name("process_name", 0, "larder build " + record.id()));
    JsonObject whole = event(record.status(), 0, record.took().toNanos() / 1000, 0);
    record.request().forEach(args(whole)::addProperty);
    events.add(whole);
    List<Long> rows = new ArrayList<>(); // the end of the last step of each
    List<Step> steps = new ArrayList<>(record.steps());
    steps.sort(Comparator.comparing(Step::queued));
    for (Step step : steps) {
      if (step.outcome().equals("unused") || step.outcome().equals("reused")) {
        continue;
      }
      long start = step.queued().toNanos() / 1000;
      long took = step.took().toNanos() / 1000;
      int row = 0;
      while (row < rows.size() && rows.get(row) > start) {
        row++;
      }
      if (row == rows.size()) {
        rows.add(0L);
      }
      rows.set(row, start + took);
      events.add(step(step, event(step.name(), start, took, row + 1)));
    }
    JsonObject json = new JsonObject();
    json.add("traceEvents", events);
    json.addProperty("displayTimeUnit", "ms");
    return json.toString();
  }

  private static JsonObject step(Step step, JsonObject event) {
    JsonObject args = args(event);
    args.addProperty("outcome", step.outcome());
    args.addProperty("vertex", step.vertex().toString());
    step.amounts().named().forEach(args::addProperty);
    args.addProperty(
        "because", String.join("; ", step.reasons().stream().map(Reason::text).toList()));
    return event;
  }

  private static JsonObject args(JsonObject event) {
    return event.getAsJsonObject("args");
  }

  private static JsonObject event(String name, long start, long took, int row) {
    JsonObject json = new JsonObject();
    json.addProperty("name", name);
    json.addProperty("cat", "build");
    json.addProperty("ph", "X");
    json.addProperty("ts", start);
    json.addProperty("dur", took);
    json.addProperty("pid", 1);
    json.addProperty("tid", row);
    json.add("args", new JsonObject());
    return json;
  }

  private static JsonObject name(String what, int row, String name) {
    JsonObject json = event(what, 0, 0, row);
    json.addProperty("ph", "M");
    args(json).addProperty("name", name);
    return json;
  }
}
