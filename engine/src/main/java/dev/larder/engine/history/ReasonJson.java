package dev.larder.engine.history;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.larder.engine.event.FileChange;
import dev.larder.engine.event.PackageChange;
import dev.larder.engine.event.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reasons as JSON: a kind, its members, and the line that people read. */
public final class ReasonJson {
  private ReasonJson() {}

  /** One reason as an object. */
  public static String text(Reason reason) {
    return write(reason).toString();
  }

  static JsonObject write(Reason reason) {
    JsonObject json = new JsonObject();
    switch (reason) {
      case Reason.NoCache(String option) -> kind(json, "noCache", "option", option);
      case Reason.NeverBuilt() -> kind(json, "neverBuilt");
      case Reason.NewStep() -> kind(json, "newStep");
      case Reason.Changed(var what, String name, String before, String after, var how) ->
          kind(
              json,
              "changed",
              "what",
              what.name(),
              "name",
              name,
              "before",
              before,
              "after",
              after,
              "how",
              how.name());
      case Reason.BaseMoved(String image, String before, String after) ->
          kind(json, "baseMoved", "image", image, "before", before, "after", after);
      case Reason.BaseChanged(String before, String after) ->
          kind(json, "baseChanged", "before", before, "after", after);
      case Reason.FilesChanged(String of, List<FileChange> files, int total, String hint) -> {
        kind(json, "filesChanged", "of", of, "hint", hint);
        JsonArray all = new JsonArray();
        files.forEach(file -> all.add(write(file)));
        json.add("files", all);
        json.addProperty("total", total);
      }
      case Reason.PackagesChanged(String of, String file, var changes, int total) -> {
        kind(json, "packagesChanged", "of", of, "file", file);
        JsonArray all = new JsonArray();
        changes.forEach(change -> all.add(write(change)));
        json.add("packages", all);
        json.addProperty("total", total);
      }
      case Reason.Follows(String step) -> kind(json, "follows", "step", step);
      case Reason.FailedBefore(String build) -> kind(json, "failedBefore", "build", build);
      case Reason.Removed(Instant at, String by) ->
          kind(json, "removed", "at", at.toString(), "by", by);
      case Reason.Gone(String build) -> kind(json, "gone", "build", build);
    }
    json.addProperty("text", reason.text());
    return json;
  }

  private static void kind(JsonObject json, String kind, String... members) {
    json.addProperty("kind", kind);
    for (int i = 0; i < members.length; i += 2) {
      addText(json, members[i], members[i + 1]);
    }
  }

  private static void addText(JsonObject json, String name, String value) {
    if (!value.isEmpty()) {
      json.addProperty(name, value);
    }
  }

  private static JsonObject write(PackageChange change) {
    JsonObject json = new JsonObject();
    json.addProperty("name", change.name());
    addText(json, "before", change.before());
    addText(json, "after", change.after());
    return json;
  }

  private static JsonObject write(FileChange file) {
    JsonObject json = new JsonObject();
    json.addProperty("path", file.path());
    kind(json, file.kind().name(), "before", file.before(), "after", file.after());
    return json;
  }

  /**
   * Inverts {@link #write}.
   *
   * @throws IllegalArgumentException if it is no reason
   */
  static Reason read(JsonObject json) {
    String kind = text(json, "kind");
    return switch (kind) {
      case "noCache" -> new Reason.NoCache(text(json, "option"));
      case "neverBuilt" -> new Reason.NeverBuilt();
      case "newStep" -> new Reason.NewStep();
      case "changed" ->
          new Reason.Changed(
              Reason.What.valueOf(text(json, "what")),
              text(json, "name"),
              text(json, "before"),
              text(json, "after"),
              Reason.How.valueOf(text(json, "how")));
      case "baseMoved" ->
          new Reason.BaseMoved(text(json, "image"), text(json, "before"), text(json, "after"));
      case "baseChanged" -> new Reason.BaseChanged(text(json, "before"), text(json, "after"));
      case "filesChanged" -> {
        List<FileChange> files = new ArrayList<>();
        for (JsonElement file : json.getAsJsonArray("files")) {
          files.add(readFile(file.getAsJsonObject()));
        }
        yield new Reason.FilesChanged(
            text(json, "of"), files, json.get("total").getAsInt(), text(json, "hint"));
      }
      case "packagesChanged" -> {
        List<PackageChange> changes = new ArrayList<>();
        for (JsonElement element : json.getAsJsonArray("packages")) {
          JsonObject one = element.getAsJsonObject();
          changes.add(
              new PackageChange(text(one, "name"), text(one, "before"), text(one, "after")));
        }
        yield new Reason.PackagesChanged(
            text(json, "of"), text(json, "file"), changes, json.get("total").getAsInt());
      }
      case "follows" -> new Reason.Follows(text(json, "step"));
      case "failedBefore" -> new Reason.FailedBefore(text(json, "build"));
      case "removed" -> new Reason.Removed(Instant.parse(text(json, "at")), text(json, "by"));
      case "gone" -> new Reason.Gone(text(json, "build"));
      default -> throw new IllegalArgumentException("no reason is called " + kind);
    };
  }

  private static FileChange readFile(JsonObject json) {
    return new FileChange(
        text(json, "path"),
        FileChange.Kind.valueOf(text(json, "kind")),
        text(json, "before"),
        text(json, "after"));
  }

  private static String text(JsonObject json, String name) {
    JsonElement value = json.get(name);
    return value == null ? "" : value.getAsString();
  }
}
