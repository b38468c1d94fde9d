package dev.larder.engine.outline;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.plan.Bases;
import dev.larder.engine.plan.PlanRequest;
import dev.larder.engine.plan.Planner;
import java.io.IOException;
import java.util.List;

/**
 * What the build of a target can be given, as BuildKit's {@code frontend.outline} tells it. Each
 * list is in the order of lines, and of names within a line.
 *
 * @param source the file
 * @param name of the target, in lower case; empty if it has none
 * @param description from the comment above it; may be empty
 * @param args that it, or a stage that it needs, makes use of
 * @param secrets of its steps
 * @param agents ssh agents of its steps
 */
@SuppressWarnings("exports") // plans are for the engine's own packages, what is told for all
public record Outline(
    Source source,
    String name,
    String description,
    List<Arg> args,
    List<Need> secrets,
    List<Need> agents) {
  /** Copies the lists. */
  public Outline {
    args = List.copyOf(args);
    secrets = List.copyOf(secrets);
    agents = List.copyOf(agents);
  }

  /**
   * A build argument.
   *
   * @param value that it has in this build; empty if it has none
   * @param description from the comment above it; may be empty
   */
  public record Arg(String name, String value, String description, Lines lines) {}

  /**
   * A secret or an ssh agent.
   *
   * @param name its id
   * @param required whether the step fails without it
   */
  public record Need(String name, boolean required, Lines lines) {}

  /**
   * Looks at a file, which has no errors, and at what its bases want run.
   *
   * @throws DockerfileException if it can't be built as it stands
   * @throws IOException if a base image can't be looked up
   */
  public static Outline of(PlanRequest request, Bases bases)
      throws DockerfileException, IOException, InterruptedException {
    Survey survey = new Survey(request.dockerfile());
    return survey.outline(Planner.planTarget(request, bases, survey));
  }

  /** For people, as {@code docker build --call outline} writes it. */
  public String text() {
    StringBuilder out = new StringBuilder();
    if (!name.isEmpty() || !description.isEmpty()) {
      Columns columns = new Columns(1);
      columns.add("TARGET:", name.isEmpty() ? "(default)" : name);
      if (!description.isEmpty()) {
        columns.add("DESCRIPTION:", description);
      }
      out.append(columns.text()).append('\n');
    }
    if (!args.isEmpty()) {
      Columns columns = new Columns(3);
      columns.add("BUILD ARG", "VALUE", "DESCRIPTION");
      args.forEach(arg -> columns.add(arg.name(), arg.value(), arg.description()));
      out.append(columns.text()).append('\n');
    }
    return out.append(text("SECRET", secrets)).append(text("SSH", agents)).toString();
  }

  private static String text(String heading, List<Need> needs) {
    if (needs.isEmpty()) {
      return "";
    }
    Columns columns = new Columns(3);
    columns.add(heading, "REQUIRED");
    needs.forEach(need -> columns.add(need.name(), need.required() ? "true" : ""));
    return columns.text() + "\n";
  }

  /** For programs, as {@code docker build --call outline,format=json} writes it. */
  public String json() {
    JsonObject json = new JsonObject();
    Json.add(json, "name", name);
    Json.add(json, "description", description);
    JsonArray list = new JsonArray();
    for (Arg arg : args) {
      JsonObject one = new JsonObject();
      one.addProperty("name", arg.name());
      Json.add(one, "description", arg.description());
      Json.add(one, "value", arg.value());
      one.add("location", arg.lines().json());
      list.add(one);
    }
    Json.add(json, "args", list);
    Json.add(json, "secrets", json(secrets));
    Json.add(json, "ssh", json(agents));
    return Json.text(json, source);
  }

  private static JsonArray json(List<Need> needs) {
    JsonArray list = new JsonArray();
    for (Need need : needs) {
      JsonObject one = new JsonObject();
      one.addProperty("name", need.name());
      Json.add(one, "required", need.required());
      one.add("location", need.lines().json());
      list.add(one);
    }
    return list;
  }
}
