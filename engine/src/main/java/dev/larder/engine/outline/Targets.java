package dev.larder.engine.outline;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.dockerfile.Stage;
import dev.larder.engine.dockerfile.Word;
import java.util.ArrayList;
import java.util.List;

/**
 * The stages of a Dockerfile, each of which can be built, as BuildKit's {@code frontend.targets}
 * lists them.
 *
 * @param source the file
 * @param targets in the order of the file; the last is the default
 */
public record Targets(Source source, List<Target> targets) {
  /** Copies the list. */
  public Targets {
    targets = List.copyOf(targets);
  }

  /**
   * One stage.
   *
   * @param name in lower case; empty if it has none
   * @param isDefault whether it is built if no target is named
   * @param description from the comment above it; may be empty
   * @param base as written
   * @param platform as written; empty without {@code --platform}
   */
  public record Target(
      String name,
      boolean isDefault,
      String description,
      String base,
      String platform,
      Lines lines) {}

  /** Lists the stages of a file without errors. */
  public static Targets of(Dockerfile file) {
    List<Target> targets = new ArrayList<>();
    List<Stage> stages = file.stages();
    for (Stage stage : stages) {
      Instruction.From from = stage.from();
      String name = stage.name().orElse("");
      Word platform = from.platform();
      targets.add(
          new Target(
              name,
              stage.index() == stages.size() - 1,
              Descriptions.of(from, name),
              from.image().text(),
              platform == null ? "" : platform.text(),
              Lines.of(file.source(), from)));
    }
    return new Targets(file.source(), targets);
  }

  /** For people, as {@code docker build --call targets} writes it. */
  public String text() {
    Columns columns = new Columns(1);
    columns.add("TARGET", "DESCRIPTION");
    for (Target target : targets) {
      String mark = target.name().isEmpty() ? "(default)" : " (default)";
      columns.add(target.name() + (target.isDefault() ? mark : ""), target.description());
    }
    return columns.text();
  }

  /** For programs, as {@code docker build --call targets,format=json} writes it. */
  public String json() {
    JsonArray list = new JsonArray();
    for (Target target : targets) {
      JsonObject one = new JsonObject();
      Json.add(one, "name", target.name());
      Json.add(one, "default", target.isDefault());
      Json.add(one, "description", target.description());
      Json.add(one, "base", target.base());
      Json.add(one, "platform", target.platform());
      one.add("location", target.lines().json());
      list.add(one);
    }
    JsonObject json = new JsonObject();
    json.add("targets", list);
    return Json.text(json, source);
  }
}
