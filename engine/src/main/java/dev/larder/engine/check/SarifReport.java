package dev.larder.engine.check;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Source;
import java.util.List;
import java.util.Optional;

/**
 * What a check came to, in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS),
 * which code hosts and editors read.
 */
public final class SarifReport {
  private static final String BROKEN = "DockerfileError";

  private SarifReport() {}

  /**
   * One SARIF log with one run.
   *
   * @param uri of the Dockerfile, relative to the project
   */
  public static String of(CheckResult result, String uri) {
    JsonArray rules = new JsonArray();
    List<Rule> all = Rule.all();
    for (Rule rule : all) {
      rules.add(rule(rule.name(), rule.description() + ".", Optional.of(rule.advice())));
    }
    rules.add(rule(BROKEN, "The Dockerfile can't be built.", Optional.empty()));
    JsonArray results = new JsonArray();
    List<String> names = all.stream().map(Rule::name).toList();
    for (Finding finding : result.findings()) {
      JsonObject region = region(finding.first(), finding.last());
      int index = names.indexOf(finding.rule());
      results.add(result(finding.rule(), index, "warning", finding.message(), uri, region));
    }
    for (Diagnostic error : result.errors()) {
      JsonObject region = region(error, result.source());
      results.add(result(BROKEN, all.size(), "error", error.message(), uri, region));
    }
    JsonObject driver = new JsonObject();
    driver.addProperty("name", "larder");
    driver.add("rules", rules);
    JsonObject tool = new JsonObject();
    tool.add("driver", driver);
    JsonObject run = new JsonObject();
    run.add("tool", tool);
    run.addProperty("columnKind", "unicodeCodePoints");
    run.add("results", results);
    JsonObject log = new JsonObject();
    log.addProperty("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    log.addProperty("version", "2.1.0");
    log.add("runs", array(run));
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(log);
  }

  private static JsonObject rule(String name, String description, Optional<String> advice) {
    JsonObject rule = new JsonObject();
    rule.addProperty("id", name);
    rule.add("shortDescription", text(description));
    advice.ifPresent(help -> rule.add("help", text(help)));
    return rule;
  }

  private static JsonObject result(
      String rule, int index, String level, String message, String uri, JsonObject region) {
    JsonObject artifact = new JsonObject();
    artifact.addProperty("uri", uri);
    JsonObject physical = new JsonObject();
    physical.add("artifactLocation", artifact);
    physical.add("region", region);
    JsonObject location = new JsonObject();
    location.add("physicalLocation", physical);
    JsonObject result = new JsonObject();
    result.addProperty("ruleId", rule);
    result.addProperty("ruleIndex", index);
    result.addProperty("level", level);
    result.add("message", text(message));
    result.add("locations", array(location));
    return result;
  }

  private static JsonObject region(int first, int last) {
    JsonObject region = new JsonObject();
    region.addProperty("startLine", first);
    region.addProperty("endLine", last);
    return region;
  }

  /** Errors know their characters; the end is after the last one. */
  private static JsonObject region(Diagnostic error, Source source) {
    Source.Position start = source.position(error.span().start());
    Source.Position end = source.position(error.span().end());
    JsonObject region = region(start.line(), end.line());
    region.addProperty("startColumn", start.column());
    region.addProperty("endColumn", end.column());
    return region;
  }

  private static JsonObject text(String text) {
    JsonObject message = new JsonObject();
    message.addProperty("text", text);
    return message;
  }

  private static JsonArray array(JsonObject only) {
    JsonArray array = new JsonArray();
    array.add(only);
    return array;
  }
}
