package dev.larder.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.cli.progress.Amount;
import dev.larder.cli.progress.LogText;
import dev.larder.cli.progress.RawJsonProgress;
import dev.larder.engine.build.Forecast;
import dev.larder.engine.build.Forecast.Fate;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.Reason;
import dev.larder.engine.history.ReasonJson;
import java.util.ArrayList;
import java.util.List;

/** What a build would do, as people and programs read it. */
final class ForecastText {
  private ForecastText() {}

  static String text(Forecast forecast) {
    StringBuilder text = new StringBuilder();
    for (Forecast.Step step : forecast.steps()) {
      if (step.step().place().number() > 0) {
        text.append(
            String.format("%-7s%s%n", step.fate().word(), LogText.line(step.step().name())));
      } else if (!step.fetched().isEmpty()) {
        text.append(String.format("%-7s%s%n", "fetch", LogText.line(step.step().name())));
      }
      notes(step).forEach(note -> text.append("       ").append(LogText.line(note)).append('\n'));
    }
    return text.append('\n').append(summary(forecast)).append('\n').toString();
  }

  /** Lines about a step: reasons, what is fetched. */
  static List<String> notes(Forecast.Step step) {
    List<String> notes = new ArrayList<>();
    String open = step.fate() == Fate.MAY_RUN ? ", if that comes out otherwise" : "";
    for (Reason reason : step.reasons()) {
      notes.add("because: " + reason.text() + (reason instanceof Reason.Follows ? open : ""));
    }
    long bytes = 0;
    for (Forecast.Missing missing : step.fetched()) {
      if (missing.bytes() < 0) {
        notes.add("fetches " + missing.what() + ", of which only the server knows the size");
      }
      bytes += Math.max(0, missing.bytes());
    }
    if (bytes > 0) {
      notes.add("fetches " + Amount.spaced(bytes) + " from its registry");
    }
    Amounts last = step.last();
    if (last.network() + last.store() > 0) {
      notes.add(
          "last time it took "
              + Amount.spaced(last.network())
              + " from the network and "
              + Amount.spaced(last.store())
              + " from the package store");
    }
    return notes;
  }

  /** {@code 2 steps would run, 1 may, 4 are reused}. */
  static String summary(Forecast forecast) {
    long may = forecast.count(Fate.MAY_RUN);
    long bytes =
        forecast.steps().stream()
            .flatMap(step -> step.fetched().stream())
            .mapToLong(missing -> Math.max(0, missing.bytes()))
            .sum();
    return Amount.steps((int) forecast.count(Fate.RUNS))
        + " would run"
        + (may == 0 ? "" : ", " + may + " may")
        + ", "
        + forecast.count(Fate.REUSED)
        + " reused; registries would send "
        + Amount.spaced(bytes);
  }

  static JsonObject json(Forecast forecast) {
    JsonObject json = new JsonObject();
    json.addProperty("run", forecast.count(Fate.RUNS));
    json.addProperty("maybe", forecast.count(Fate.MAY_RUN));
    json.addProperty("reuse", forecast.count(Fate.REUSED));
    JsonArray steps = new JsonArray();
    forecast.steps().forEach(step -> steps.add(json(step)));
    json.add("steps", steps);
    return json;
  }

  private static JsonObject json(Forecast.Step step) {
    JsonObject json = new JsonObject();
    json.addProperty("vertex", step.step().vertex().toString());
    json.addProperty("name", step.step().name());
    json.addProperty("stage", step.step().place().stage());
    json.addProperty("number", step.step().place().number());
    JsonArray inputs = new JsonArray();
    step.step().inputs().forEach(input -> inputs.add(input.toString()));
    json.add("inputs", inputs);
    json.addProperty("fate", step.fate().word());
    JsonArray reasons = new JsonArray();
    step.reasons().forEach(one -> reasons.add(JsonParser.parseString(ReasonJson.text(one))));
    json.add("reasons", reasons);
    JsonArray fetched = new JsonArray();
    for (Forecast.Missing missing : step.fetched()) {
      JsonObject one = new JsonObject();
      one.addProperty("what", missing.what());
      if (missing.bytes() >= 0) {
        one.addProperty("bytes", missing.bytes());
      }
      fetched.add(one);
    }
    json.add("fetch", fetched);
    json.add("last", RawJsonProgress.amounts(step.last()));
    return json;
  }
}
