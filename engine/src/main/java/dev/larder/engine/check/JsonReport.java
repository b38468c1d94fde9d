package dev.larder.engine.check;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Source;
import java.util.Base64;

/** What a check came to, in the form of BuildKit's {@code frontend.lint}. */
public final class JsonReport {
  private JsonReport() {}

  /** One JSON object with {@code warnings}, {@code sources} and perhaps {@code buildError}. */
  public static String of(CheckResult result) {
    Source source = result.source();
    JsonObject json = new JsonObject();
    JsonArray warnings = new JsonArray();
    for (Finding finding : result.findings()) {
      JsonObject warning = new JsonObject();
      warning.addProperty("ruleName", finding.rule());
      warning.addProperty("description", finding.description());
      warning.addProperty("url", finding.url());
      warning.addProperty("detail", finding.message());
      warning.add("location", location(finding.first(), finding.last()));
      warnings.add(warning);
    }
    json.add("warnings", warnings);
    JsonObject file = new JsonObject();
    file.addProperty("filename", source.name());
    file.addProperty("data", Base64.getEncoder().encodeToString(source.bytes()));
    file.addProperty("language", "Dockerfile");
    JsonArray sources = new JsonArray();
    sources.add(file);
    json.add("sources", sources);
    if (!result.errors().isEmpty()) {
      Diagnostic first = result.errors().getFirst();
      JsonObject error = new JsonObject();
      error.addProperty("message", first.message());
      error.add(
          "location",
          first.span().isEmpty()
              ? new JsonObject()
              : location(
                  source.position(first.span().start()).line(),
                  source.position(first.span().end() - 1).line()));
      json.add("buildError", error);
    }
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json);
  }

  /** A place as BuildKit writes it, a range a line. Lines count from 1. */
  @SuppressWarnings("exports") // JSON is for the engine's own packages
  public static JsonObject location(int first, int last) {
    JsonArray ranges = new JsonArray();
    for (int line = first; line <= last; line++) {
      JsonObject range = new JsonObject();
      range.add("start", position(line));
      range.add("end", position(line));
      ranges.add(range);
    }
    JsonObject location = new JsonObject();
    location.add("ranges", ranges);
    return location;
  }

  private static JsonObject position(int line) {
    JsonObject position = new JsonObject();
    position.addProperty("line", line);
    return position;
  }
}
