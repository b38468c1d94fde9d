package dev.larder.engine.plan;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.ExecMount;
import dev.larder.engine.graph.FileAction;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.oci.Platform;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A plan in the form in which BuildKit's graphs are recorded, as {@link Llb} reads it. */
final class LlbDump {
  private static final int CACHE_MODE = 0755;

  private final Plan plan;
  private final Map<Vertex, String> numbers = new LinkedHashMap<>();
  private final JsonArray out = new JsonArray();

  private LlbDump(Plan plan) {
    this.plan = plan;
  }

  static JsonArray of(Plan plan) {
    LlbDump dump = new LlbDump(plan);
    plan.root().ifPresent(root -> dump.ref(root));
    return dump.out;
  }

  private String ref(Edge edge) {
    Vertex vertex = seen(edge.vertex());
    if (!numbers.containsKey(vertex)) {
      JsonObject op = op(vertex);
      numbers.put(vertex, Integer.toString(out.size() + 1));
      Plan.StepName name = plan.names().get(vertex.id());
      op.addProperty("name", name == null ? "" : name.text());
      if (vertex.fresh()) {
        op.addProperty("fresh", true);
      }
      out.add(op);
    }
    return numbers.get(vertex) + (edge.output() == 0 ? "" : "." + edge.output());
  }

  /** A mount of a folder of the user shows a copy of what is in it: where it is from counts. */
  private Vertex seen(Vertex vertex) {
    boolean copied =
        !plan.names().containsKey(vertex.id())
            && vertex.op() instanceof Op.Files files
            && files.base().isEmpty()
            && files.actions().size() == 1
            && files.actions().getFirst() instanceof FileAction.Copy copy
            && copy.picks().getFirst().path().equals(copy.destination())
            && !copy.picks().getFirst().wildcard()
            && vertex.inputs().getFirst().vertex().op() instanceof Op.Local;
    return copied ? vertex.inputs().getFirst().vertex() : vertex;
  }

  private JsonObject op(Vertex vertex) {
    JsonObject json = new JsonObject();
    switch (vertex.op()) {
      case Op.Image image -> {
        json.addProperty("op", "image");
        json.addProperty("of", image.name().toString());
        json.addProperty("platform", image.platform().toString());
      }
      case Op.Local local -> {
        json.addProperty("op", "local");
        json.addProperty("of", local.name());
      }
      case Op.Http http -> {
        json.addProperty("op", "http");
        json.addProperty("of", http.url().toString());
        JsonObject attrs = new JsonObject();
        attrs.addProperty("http.filename", http.name());
        http.checksum().ifPresent(sum -> attrs.addProperty("http.checksum", sum.toString()));
        json.add("attrs", attrs);
      }
      case Op.Blob blob -> throw new AssertionError("no Dockerfile names one: " + blob);
      case Op.Git git -> git(git, json);
      case Op.Files files -> files(files, vertex.inputs(), json);
      case Op.Exec exec -> exec(exec, vertex.inputs(), json);
      case Op.Merge merge -> {
        json.addProperty("op", "merge");
        json.add("of", strings(vertex.inputs().stream().map(this::ref).toList()));
      }
      case Op.Diff diff -> throw new AssertionError("no Dockerfile makes one: " + diff);
    }
    return json;
  }

  private static void git(Op.Git git, JsonObject json) {
    json.addProperty("op", "git");
    String place =
        git.remote().replaceFirst("^[a-z]+://", "").replaceFirst("^[^@/]*@", "").replace(':', '/');
    String part = git.ref() + (git.folder().isEmpty() ? "" : ":" + git.folder());
    json.addProperty("of", "git://" + place + (part.isEmpty() ? "" : "#" + part));
    JsonObject attrs = new JsonObject();
    attrs.addProperty("git.authheadersecret", "GIT_AUTH_HEADER");
    attrs.addProperty("git.authtokensecret", "GIT_AUTH_TOKEN");
    attrs.addProperty("git.fullurl", git.remote());
    if (git.remote().matches("ssh://.*|[^/]*@.*")) {
      attrs.addProperty("git.mountsshsock", "default");
    }
    if (!git.checksum().isEmpty()) {
      attrs.addProperty("git.checksum", git.checksum());
    }
    if (git.keepGitDir()) {
      attrs.addProperty("git.keepgitdir", "true");
    }
    if (!git.submodules()) {
      attrs.addProperty("git.skipsubmodules", "true");
    }
    json.add("attrs", attrs);
  }

  private static JsonArray strings(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private void files(Op.Files files, List<Edge> inputs, JsonObject json) {
    json.addProperty("op", "file");
    if (files.base().isPresent()) {
      json.addProperty("of", ref(inputs.get(files.base().getAsInt())));
    }
    JsonArray actions = new JsonArray();
    for (FileAction action : files.actions()) {
      JsonObject one = new JsonObject();
      switch (action) {
        case FileAction.Copy copy -> copy(copy, inputs, one);
        case FileAction.MakeFolder folder -> {
          one.addProperty("mkdir", folder.path());
          one.addProperty("mode", octal(folder.mode()));
          one.addProperty("parents", true);
          owner(folder.owner(), one);
        }
        case FileAction.MakeFile file -> {
          one.addProperty("mkfile", file.path() + (file.path().endsWith("/") ? file.name() : ""));
          one.addProperty("data", file.content());
          one.addProperty("mode", file.mode().map(LlbDump::mode).orElse("0644"));
          owner(file.owner(), one);
        }
        case FileAction.Remove remove -> one.addProperty("rm", remove.path());
      }
      actions.add(one);
    }
    json.add("actions", actions);
  }

  private void copy(FileAction.Copy copy, List<Edge> inputs, JsonObject json) {
    Vertex from = inputs.get(copy.from()).vertex();
    boolean nothing =
        from.op() instanceof Op.Files files && files.actions().isEmpty() && files.base().isEmpty();
    json.addProperty("from", nothing ? "scratch" : ref(inputs.get(copy.from())));
    Selector.Pick pick = copy.picks().getFirst();
    if (copy.parents()) {
      int pivot = pick.path().indexOf("/./");
      String folder = pivot < 0 ? "/" : pivot == 0 ? "/" : pick.path().substring(0, pivot);
      String below = pivot < 0 ? pick.path().substring(1) : pick.path().substring(pivot + 3);
      json.addProperty("copy", folder);
      json.add("include", strings(List.of(below)));
      if (copy.required()) {
        String whole = (folder.equals("/") ? "" : folder) + "/" + below;
        json.add("required", strings(List.of(whole)));
      }
    } else {
      json.addProperty("copy", pick.path());
    }
    json.addProperty("to", copy.destination());
    if (!pick.excludes().isEmpty()) {
      json.add("exclude", strings(pick.excludes()));
    }
    String flags =
        (pick.followLink() ? "follow " : "")
            + (pick.contentsOnly() ? "contents " : "")
            + (copy.unpack() ? "unpack " : "")
            + "create"
            + (pick.wildcard() ? " wildcard empty" : "");
    json.addProperty("flags", flags);
    copy.mode().ifPresent(mode -> json.addProperty("mode", mode(mode)));
    owner(copy.owner(), json);
  }

  private static void owner(Optional<String> owner, JsonObject json) {
    owner.ifPresent(who -> json.addProperty("owner", who));
  }

  private static String mode(String mode) {
    return mode.matches("[0-7]+") ? octal(Integer.parseInt(mode, 8)) : mode;
  }

  private static String octal(int mode) {
    return String.format(Locale.ROOT, "0%03o", mode);
  }

  private void exec(Op.Exec exec, List<Edge> inputs, JsonObject json) {
    json.addProperty("op", "exec");
    json.add("args", strings(exec.argv()));
    json.add(
        "env",
        strings(
            exec.environment().entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .toList()));
    json.addProperty("cwd", exec.cwd());
    json.addProperty("platform", text(exec.platform()));
    if (!exec.user().isEmpty()) {
      json.addProperty("user", exec.user());
    }
    if (!exec.hostname().isEmpty()) {
      json.addProperty("hostname", exec.hostname());
    }
    switch (exec.network()) {
      case DEFAULT -> {}
      case NONE -> json.addProperty("network", "none");
      case HOST -> json.addProperty("network", "host");
    }
    if (exec.security() == Op.Security.INSECURE) {
      json.addProperty("security", "insecure");
    }
    JsonObject proxies = new JsonObject();
    exec.proxies()
        .forEach(
            (name, value) -> {
              if (name.equals(name.toLowerCase(Locale.ROOT))) {
                proxies.addProperty(name.replace("_proxy", ""), value);
              }
            });
    if (!proxies.isEmpty()) {
      json.add("proxy", proxies);
    }
    if (!exec.extraHosts().isEmpty()) {
      json.add(
          "hosts",
          strings(exec.extraHosts().stream().map(h -> h.name() + "=" + h.address()).toList()));
    }
    mounts(exec, inputs, json);
  }

  private static String text(Platform platform) {
    return platform.toString();
  }

  private void mounts(Op.Exec exec, List<Edge> inputs, JsonObject json) {
    JsonArray mounts = new JsonArray();
    JsonArray variables = new JsonArray();
    for (ExecMount mount : exec.mounts()) {
      JsonObject one = new JsonObject();
      one.addProperty("to", mount.target());
      mount.input().ifPresent(input -> one.addProperty("of", ref(inputs.get(input))));
      switch (mount) {
        case ExecMount.Root root -> {}
        case ExecMount.Bind bind -> {
          path(bind.source(), one);
          flag("readonly", !bind.writable(), one);
        }
        case ExecMount.Cache cache -> cache(cache, one);
        case ExecMount.Tmpfs tmpfs -> {
          one.addProperty("type", "tmpfs");
          flag("readonly", tmpfs.readOnly(), one);
          tmpfs.size().ifPresent(size -> one.addProperty("size", size));
        }
        case ExecMount.Secret secret -> {
          secret
              .variable()
              .ifPresent(
                  name -> {
                    JsonObject variable = new JsonObject();
                    variable.addProperty("id", secret.id());
                    variable.addProperty("name", name);
                    flag("optional", !secret.required(), variable);
                    variables.add(variable);
                  });
          one.addProperty("type", "secret");
          given(secret.id(), secret.mode(), secret.uid(), secret.gid(), one);
          flag("optional", !secret.required(), one);
        }
        case ExecMount.Ssh ssh -> {
          one.addProperty("type", "ssh");
          given(ssh.id(), ssh.mode(), ssh.uid(), ssh.gid(), one);
          flag("optional", !ssh.required(), one);
        }
      }
      if (!mount.target().isEmpty()) {
        mounts.add(one);
      }
    }
    json.add("mounts", mounts);
    if (!variables.isEmpty()) {
      json.add("secretEnv", variables);
    }
  }

  private static void cache(ExecMount.Cache cache, JsonObject json) {
    json.addProperty("type", "cache");
    json.addProperty("id", "/" + cache.id());
    path(cache.source(), json);
    switch (cache.sharing()) {
      case SHARED -> {}
      case PRIVATE -> json.addProperty("sharing", "private");
      case LOCKED -> json.addProperty("sharing", "locked");
    }
    flag("readonly", cache.readOnly(), json);
    if (cache.mode() != CACHE_MODE || cache.uid() != 0 || cache.gid() != 0) {
      json.addProperty("made", octal(cache.mode()) + " " + cache.uid() + ":" + cache.gid());
    }
  }

  private static void given(String id, int mode, int uid, int gid, JsonObject json) {
    json.addProperty("id", id);
    json.addProperty("mode", octal(mode));
    if (uid != 0) {
      json.addProperty("uid", uid);
    }
    if (gid != 0) {
      json.addProperty("gid", gid);
    }
  }

  private static void path(String path, JsonObject json) {
    if (!path.equals("/")) {
      json.addProperty("path", path);
    }
  }

  private static void flag(String name, boolean set, JsonObject json) {
    if (set) {
      json.addProperty(name, true);
    }
  }
}
