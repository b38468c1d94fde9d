package dev.larder.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.cli.progress.Tally;
import dev.larder.engine.compose.Rebuild;
import dev.larder.engine.compose.Trouble;
import dev.larder.engine.service.Port;
import dev.larder.engine.service.ServiceStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code rebuild --json} writes: one object, also where it fails. */
final class RebuildJson {
  private static final double MILLIS = 1000;

  private RebuildJson() {}

  /** What it came to. */
  static JsonObject of(String project, Rebuild.Result result, Tally tally, Duration took) {
    JsonObject json = new JsonObject();
    json.addProperty("project", project);
    json.addProperty("ok", true);
    JsonArray services = new JsonArray();
    result.services().forEach(outcome -> services.add(service(outcome)));
    json.add("services", services);
    json.addProperty("stepsReused", tally.reused());
    json.addProperty("stepsRun", tally.steps() - tally.reused());
    json.addProperty("bytesDownloaded", tally.amounts().downloaded());
    json.addProperty("buildSeconds", seconds(result.build()));
    json.addProperty("startSeconds", seconds(result.start()));
    json.addProperty("seconds", seconds(took));
    return json;
  }

  private static JsonObject service(Rebuild.Outcome outcome) {
    JsonObject json = new JsonObject();
    json.addProperty("name", outcome.service());
    json.addProperty("image", outcome.image().name());
    json.addProperty("imageId", outcome.image().id());
    json.addProperty("action", outcome.action().name().toLowerCase(Locale.ROOT));
    json.addProperty("buildSeconds", seconds(outcome.build()));
    json.addProperty("startSeconds", seconds(outcome.start()));
    Optional<ServiceStatus> status = outcome.status();
    status.ifPresent(
        s -> {
          json.addProperty("phase", s.phase().name().toLowerCase(Locale.ROOT));
          json.addProperty("health", s.health().status().name().toLowerCase(Locale.ROOT));
          json.add("ports", texts(s.ports().stream().map(Port::toString).toList()));
        });
    return json;
  }

  /** What a service in trouble made of it. */
  static JsonObject of(String project, Trouble trouble) {
    JsonObject json = new JsonObject();
    json.addProperty("project", project);
    json.addProperty("ok", false);
    json.addProperty("service", trouble.service());
    json.addProperty("trouble", trouble.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    json.addProperty("why", trouble.why());
    json.add("lastLines", texts(trouble.lines()));
    json.addProperty("tip", trouble.tip());
    json.addProperty("restored", trouble.restored());
    return json;
  }

  private static double seconds(Duration time) {
    return time.toMillis() / MILLIS;
  }

  private static JsonArray texts(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }
}
