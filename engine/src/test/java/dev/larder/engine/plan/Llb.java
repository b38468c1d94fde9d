package dev.larder.engine.plan;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A graph of BuildKit's operations, written so that two of the same meaning are the same text. What
 * is written in two ways without a difference to a build is written in one here; everything else
 * stays.
 */
final class Llb {
  private static final String NUMBERED = "[0-9]+(\\.[0-9]+)?";

  /** One line an operation, inputs first. */
  final List<String> operations = new ArrayList<>();

  /** What people are shown of each. */
  final List<String> names = new ArrayList<>();

  private final List<JsonObject> recorded = new ArrayList<>();
  private final Map<Integer, String> numbers = new LinkedHashMap<>();

  private Llb(JsonArray graph) {
    graph.forEach(op -> recorded.add(op.getAsJsonObject().deepCopy()));
  }

  static Llb of(JsonArray graph) {
    Llb llb = new Llb(graph);
    if (!llb.recorded.isEmpty()) {
      llb.number(llb.recorded.size());
    }
    return llb;
  }

  private String number(int which) {
    String known = numbers.get(which);
    if (known != null) {
      return known;
    }
    JsonObject op = recorded.get(which - 1);
    String name = op.has("name") ? op.remove("name").getAsString() : "";
    switch (op.get("op").getAsString()) {
      case "local" -> op.remove("attrs"); // what to send first: Larder reads what it needs
      case "file" -> file(op);
      case "merge" -> {
        JsonArray inputs = new JsonArray();
        op.getAsJsonArray("of").forEach(input -> inputs.add(ref(input)));
        op.add("of", inputs);
      }
      case "exec" -> exec(op);
      default -> {}
    }
    String text = text(op);
    int index = operations.indexOf(text);
    if (index < 0) {
      index = operations.size();
      operations.add(text);
      names.add(name);
    }
    numbers.put(which, Integer.toString(index + 1));
    return numbers.get(which);
  }

  private JsonPrimitive ref(JsonElement number) {
    String text = number.getAsString();
    if (text.equals("scratch")) {
      return new JsonPrimitive(text);
    }
    if (!text.matches(NUMBERED)) {
      throw new AssertionError("an input is a number, not " + text);
    }
    String[] parts = text.split("\\.", 2);
    return new JsonPrimitive(
        number(Integer.parseInt(parts[0])) + (parts.length > 1 ? "." + parts[1] : ""));
  }

  private void file(JsonObject op) {
    replace(op, "of");
    documents(op);
    op.getAsJsonArray("actions").forEach(action -> replace(action.getAsJsonObject(), "from"));
  }

  /**
   * BuildKit writes a here-document into a file system of its own and copies it from there; Larder
   * writes it where it belongs.
   */
  private void documents(JsonObject op) {
    for (JsonElement element : op.getAsJsonArray("actions")) {
      JsonObject action = element.getAsJsonObject();
      String from = action.has("from") ? action.get("from").getAsString() : "";
      JsonObject file = from.matches("[0-9]+") ? document(Integer.parseInt(from)) : null;
      if (file != null) {
        String to = action.get("to").getAsString();
        String name = file.get("mkfile").getAsString().substring(1);
        action.addProperty("mkfile", to.endsWith("/") ? to + name : to);
        action.add("data", file.get("data"));
        action.add("mode", action.has("mode") ? action.get("mode") : file.get("mode"));
        List.of("copy", "from", "to", "flags").forEach(action::remove);
      }
    }
  }

  private @Nullable JsonObject document(int which) {
    JsonObject op = recorded.get(which - 1);
    boolean made =
        op.has("name")
            && op.get("name").getAsString().equals("[internal] preparing inline document");
    return made ? op.getAsJsonArray("actions").get(0).getAsJsonObject() : null;
  }

  private void replace(JsonObject json, String member) {
    if (json.has(member)) {
      json.add(member, ref(json.get(member)));
    }
  }

  private void exec(JsonObject op) {
    String cwd = op.get("cwd").getAsString();
    List<JsonObject> mounts = new ArrayList<>();
    op.getAsJsonArray("mounts").forEach(mount -> mounts.add(mount.getAsJsonObject()));
    mounts.forEach(mount -> mount(mount, cwd));
    mounts.sort(Comparator.comparing(mount -> mount.get("to").getAsString()));
    JsonArray sorted = new JsonArray();
    for (JsonObject mount : mounts) {
      replace(mount, "of");
      sorted.add(mount);
    }
    op.add("mounts", sorted);
  }

  private void mount(JsonObject mount, String cwd) {
    String target = mount.get("to").getAsString();
    mount.addProperty("to", PathText.resolve(cwd, target)); // as runc does when it mounts it
    String type = mount.has("type") ? mount.get("type").getAsString() : "bind";
    if (type.equals("ssh") && mount.get("id").getAsString().isEmpty()) {
      mount.addProperty("id", "default");
    }
    if (type.equals("cache")) {
      String id = mount.get("id").getAsString();
      mount.addProperty("id", id.startsWith("/") ? id.substring(1) : id); // no namespace
      made(mount);
    }
  }

  /**
   * BuildKit says who owns a new cache mount by an operation that makes the folder. The ordinary
   * owner and mode are not said, though they were in the Dockerfile: it is the same folder.
   */
  private void made(JsonObject mount) {
    if (!mount.has("of") || !mount.get("of").getAsString().matches("[0-9]+")) {
      return;
    }
    JsonObject base = recorded.get(mount.get("of").getAsInt() - 1);
    boolean permissions =
        base.has("name")
            && base.get("name").getAsString().equals("[internal] setting cache mount permissions");
    if (permissions) {
      JsonObject action = base.getAsJsonArray("actions").get(0).getAsJsonObject();
      String owner = action.get("mode").getAsString() + " " + action.get("owner").getAsString();
      mount.remove("of");
      mount.remove("path");
      if (!owner.equals("0755 0:0")) {
        mount.addProperty("made", owner);
      }
    }
  }

  /** Members sorted by name. */
  static String text(JsonElement json) {
    if (json instanceof JsonObject object) {
      Map<String, String> members = new TreeMap<>();
      object.entrySet().forEach(member -> members.put(member.getKey(), text(member.getValue())));
      return members.toString();
    }
    if (json instanceof JsonArray array) {
      return array.asList().stream().map(Llb::text).toList().toString();
    }
    return json.toString();
  }
}
