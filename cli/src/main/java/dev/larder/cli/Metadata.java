package dev.larder.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.larder.cli.progress.RawJsonProgress;
import dev.larder.engine.build.BuildResult;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Events;
import dev.larder.engine.event.Ledger;
import dev.larder.engine.oci.ImageName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code --metadata-file} holds: buildx's members by the names that it gives them, and the
 * ledger.
 */
final class Metadata implements Events {
  private final Map<Digest, String> names = new LinkedHashMap<>();
  private final Ledger ledger = new Ledger();

  @Override
  public synchronized void accept(BuildEvent event) {
    ledger.accept(event);
    if (event instanceof BuildEvent.Planned planned) {
      planned.steps().forEach(step -> names.putIfAbsent(step.vertex(), step.name()));
    }
  }

  /**
   * The file's text.
   *
   * @param asked what the image was to be called
   */
  synchronized String of(BuildResult result, List<ImageName> asked) {
    JsonObject json = new JsonObject();
    result.record().ifPresent(id -> json.addProperty("buildx.build.ref", "larder/larder/" + id));
    json.addProperty("containerimage.config.digest", result.id().toString());
    result
        .manifest()
        .ifPresent(
            manifest ->
                json.add("containerimage.descriptor", JsonParser.parseString(manifest.text())));
    // As Docker's own image store has it: an image without a manifest is known by its config.
    Digest digest = result.manifest().map(manifest -> manifest.digest()).orElse(result.id());
    json.addProperty("containerimage.digest", digest.toString());
    if (!asked.isEmpty() && (result.manifest().isPresent() || !result.names().isEmpty())) {
      json.addProperty(
          "image.name",
          String.join(",", asked.stream().map(name -> name.withDefaultTag().toString()).toList()));
    }
    json.add("larder.ledger", ledger());
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json) + "\n";
  }

  private JsonObject ledger() {
    JsonObject json = RawJsonProgress.amounts(ledger.total());
    json.addProperty("complete", !ledger.isIncomplete());
    JsonArray steps = new JsonArray();
    names.forEach(
        (vertex, name) -> {
          Amounts amounts = ledger.amounts(vertex);
          if (!amounts.equals(Amounts.NONE) || ledger.isUncounted(vertex)) {
            JsonObject step = new JsonObject();
            step.addProperty("vertex", vertex.toString());
            step.addProperty("name", name);
            RawJsonProgress.amounts(amounts).asMap().forEach(step::add);
            step.addProperty("complete", !ledger.isUncounted(vertex));
            steps.add(step);
          }
        });
    json.add("steps", steps);
    return json;
  }
}
