package dev.larder.engine.oci;

import com.google.gson.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one layer, or one change of the config alone, came about.
 *
 * @param createdBy the command; empty if unknown
 * @param author empty if unknown
 * @param comment empty if there is none; BuildKit writes {@code buildkit.dockerfile.v0}
 * @param emptyLayer whether no layer belongs to it
 */
public record HistoryEntry(
    @Nullable Instant created,
    String createdBy,
    String author,
    String comment,
    boolean emptyLayer) {

  static HistoryEntry read(Members from) throws MalformedDocumentException {
    return new HistoryEntry(
        from.time("created").orElse(null),
        from.text("created_by").orElse(""),
        from.text("author").orElse(""),
        from.text("comment").orElse(""),
        from.flag("empty_layer"));
  }

  JsonObject json() {
    JsonObject json = new JsonObject();
    if (created != null) {
      json.addProperty("created", GoTime.format(created));
    }
    addText(json, "created_by", createdBy);
    addText(json, "author", author);
    addText(json, "comment", comment);
    if (emptyLayer) {
      json.addProperty("empty_layer", true);
    }
    return json;
  }

  private static void addText(JsonObject json, String name, String text) {
    if (!text.isEmpty()) {
      json.addProperty(name, text);
    }
  }
}
