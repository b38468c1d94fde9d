package dev.larder.engine.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Amounts;
import dev.larder.engine.event.Reason;
import dev.larder.engine.graph.CacheKey;
import dev.larder.engine.history.BuildRecord.Place;
import dev.larder.engine.history.BuildRecord.Step;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.lockfile.LockFiles;
import dev.larder.engine.lockfile.Packages;
import dev.larder.engine.snapshot.TreeEntry;
import dev.larder.engine.snapshot.TreeManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kinds of change, each with the line that has to name it first. */
final class ExplainerTest {
  private static final String EARLIER = "20260101T000000000-000001";

  /**
   * One kind of change.
   *
   * @param before the step as it was: parts, and files as {@code path=mode:owner:content}
   * @param after the step as it is
   */
  record Kind(String name, Map<String, String> before, Map<String, String> after, String first) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Kind kind(String name, String first, String before, String after) {
    return new Kind(name, map(before), map(after), first);
  }

  /** {@code a=b;c=d}, in that order. */
  private static Map<String, String> map(String text) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String pair : text.split(";")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        map.put(pair.substring(0, equals).strip(), pair.substring(equals + 1));
      }
    }
    return map;
  }

  private static Kind run(String name, String first, String before, String after) {
    String shell = "argv.0=/bin/sh;argv.1=-c;argv.2=make;cwd=/;user=;";
    return kind(name, first, shell + before, shell + after);
  }

  private static Kind copy(String name, String first, String before, String after) {
    String copy = "kind=files/1;action.0=copy;action.0.source=src;action.0.destination=/app;";
    return kind(name, first, copy + before, copy + after);
  }

  private static Kind file(String name, String first, String before, String after) {
    return copy(name, first, before, after);
  }

  private static Kind lock(String file, String first, String before, String after) {
    return copy(file, first, "@" + file + "=644:0:" + before, "@" + file + "=644:0:" + after);
  }

  static List<Kind> kinds() {
    List<Kind> all = new ArrayList<>();
    all.addAll(commands());
    all.addAll(surroundings());
    all.addAll(copies());
    all.addAll(files());
    all.addAll(lockFiles());
    return all;
  }

  private static List<Kind> commands() {
    return List.of(
        kind(
            "command",
            "command changed: \"make\" → \"make all\"",
            "argv.0=/bin/sh;argv.1=-c;argv.2=make",
            "argv.0=/bin/sh;argv.1=-c;argv.2=make all"),
        kind(
            "package added to apt",
            "command changed: \"apt-get install -y gcc\" → \"apt-get install -y gcc make\"",
            "argv.0=/bin/sh;argv.1=-c;argv.2=apt-get install -y gcc",
            "argv.0=/bin/sh;argv.1=-c;argv.2=apt-get install -y gcc make"),
        kind(
            "shell",
            "shell changed: /bin/sh -c → /bin/bash -c",
            "argv.0=/bin/sh;argv.1=-c;argv.2=make",
            "argv.0=/bin/bash;argv.1=-c;argv.2=make"),
        kind(
            "exec form",
            "command changed: \"make\" → \"make all\"",
            "argv.0=make",
            "argv.0=make;argv.1=all"),
        kind(
            "shell to exec form",
            "command changed: \"make\" → \"make\"",
            "argv.0=/bin/sh;argv.1=-c;argv.2=make",
            "argv.0=make"),
        kind(
            "command and user, the command first",
            "command changed: \"a\" → \"b\"",
            "argv.0=a;user=x",
            "argv.0=b;user=y"),
        kind(
            "command and variable, the command first",
            "command changed: \"a\" → \"b\"",
            "argv.0=a;env.A=1",
            "argv.0=b;env.A=2"),
        run("nothing", "result of build " + EARLIER + " is no longer on this machine", "", ""));
  }

  private static List<Kind> surroundings() {
    return List.of(
        run("build argument", "build arg VERSION changed", "env.VERSION=1", "env.VERSION=2"),
        run("new build argument", "build arg VERSION is new", "", "env.VERSION=2"),
        run("build argument gone", "build arg VERSION is gone", "env.VERSION=1", ""),
        run("variable", "variable CI changed", "env.CI=1", "env.CI=2"),
        run("new variable", "variable CI is new", "", "env.CI=2"),
        run("variable gone", "variable CI is gone", "env.CI=1", ""),
        run("user", "user changed: app → root", "user=app", "user=root"),
        run("folder", "working folder changed: /a → /b", "cwd=/a", "cwd=/b"),
        run("network", "network mode changed: default → none", "network=default", "network=none"),
        run(
            "security", "security mode changed: sandbox → insecure",
            "security=sandbox", "security=insecure"),
        run("host name", "host name changed: a → b", "hostname=a", "hostname=b"),
        run("new host", "extra host db is new", "", "host.db=1"),
        run("host gone", "extra host db is gone", "host.db=1", ""),
        run("new mount", "mount /cache is new", "", "mount./cache=cache"),
        run("mount gone", "mount /cache is gone", "mount./cache=cache", ""),
        run(
            "mount of another kind", "mount /cache changed",
            "mount./cache=cache", "mount./cache=tmpfs"),
        run(
            "mount made writable", "mount /src changed",
            "mount./src=bind;mount./src.writable=false",
                "mount./src=bind;mount./src.writable=true"),
        run(
            "source of a mount", "mount /src changed",
            "mount./src=bind;mount./src.source=/a", "mount./src=bind;mount./src.source=/b"),
        run("new secret", "secret npm is new", "", "secret.npm=1"),
        run("secret gone", "secret npm is gone", "secret.npm=1", ""),
        run(
            "variable of a secret", "secret npm changed",
            "secret.npm=1;secret.npm.variable=A", "secret.npm=1;secret.npm.variable=B"),
        run("new agent", "ssh agent default is new", "", "ssh.default=1"),
        run("agent gone", "ssh agent default is gone", "ssh.default=1", ""),
        run(
            "platform", "platform changed: linux/amd64 → linux/arm64",
            "platform=linux/amd64", "platform=linux/arm64"),
        run("limits", "part ulimit.nofile is new", "", "ulimit.nofile=1"));
  }

  private static List<Kind> copies() {
    return List.of(
        copy(
            "source",
            "source changed: \"src\" → \"lib\"",
            "action.0.source=src",
            "action.0.source=lib"),
        copy(
            "destination",
            "destination changed: \"/app\" → \"/opt\"",
            "action.0.destination=/app",
            "action.0.destination=/opt"),
        copy("owner", "--chown changed: none → 1000", "", "action.0.owner=1000"),
        copy("other owner", "--chown changed: 0 → 1000", "action.0.owner=0", "action.0.owner=1000"),
        copy("mode", "--chmod changed: 644 → 755", "action.0.mode=644", "action.0.mode=755"),
        copy("excludes", "--exclude is new", "", "action.0.picks=x"),
        copy("parents", "--parents changed: none → true", "", "action.0.parents=true"),
        copy(
            "unpacking",
            "--unpack changed: true → false",
            "action.0.unpack=true",
            "action.0.unpack=false"),
        copy("here-document", "here-document changed", "action.0.content=a", "action.0.content=b"),
        copy(
            "one source more",
            "source changed: \"src\" → \"src lib\"",
            "",
            "action.1=copy;action.1.source=lib"));
  }

  private static List<Kind> files() {
    return List.of(
        file("file", "1 file changed (a)", "@a=644:0:1", "@a=644:0:2"),
        file("new file", "1 file changed (+b)", "@a=644:0:1", "@a=644:0:1;@b=644:0:1"),
        file("file gone", "1 file changed (-b)", "@a=644:0:1;@b=644:0:1", "@a=644:0:1"),
        file("file renamed", "2 files changed (-a, +b)", "@a=644:0:1", "@b=644:0:1"),
        file(
            "six files",
            "6 files changed (a, b, c, d, and 2 more)",
            "@a=644:0:1;@b=644:0:1;@c=644:0:1;@d=644:0:1;@e=644:0:1;@f=644:0:1",
            "@a=644:0:2;@b=644:0:2;@c=644:0:2;@d=644:0:2;@e=644:0:2;@f=644:0:2"),
        file(
            "umask",
            "1 file changed (a 644 → 664); only permissions differ, as under another umask",
            "@a=644:0:1",
            "@a=664:0:1"),
        file(
            "executable",
            "1 file changed (a 644 → 744); only permissions differ",
            "@a=644:0:1",
            "@a=744:0:1"),
        file(
            "owner of a file",
            "1 file changed (a 0:0 → 1000:1000); only owners differ",
            "@a=644:0:1",
            "@a=644:1000:1"),
        file(
            "bytes and permissions",
            "2 files changed (a 644 → 755, a)",
            "@a=644:0:1",
            "@a=755:0:2"),
        file(
            "link became file", "1 file changed (a link became file)", "@a=link:0:b", "@a=644:0:1"),
        file("target of a link", "1 file changed (a)", "@a=link:0:b", "@a=link:0:c"),
        file(
            "unreadable manifest",
            "1 file changed (package.json)",
            "@package.json=644:0:{",
            "@package.json=644:0:["),
        file(
            "flag and file, the flag first",
            "--chmod changed: 644 → 755",
            "action.0.mode=644;@a=644:0:1",
            "action.0.mode=755;@a=644:0:2"));
  }

  private static List<Kind> lockFiles() {
    return List.of(
        lock(
            "requirements.txt",
            "requirements.txt: torch 2.12 → 2.13, +httpx",
            "torch==2.12",
            "torch==2.13\nhttpx"),
        lock("dev-requirements.txt", "dev-requirements.txt: -b", "a\nb", "a"),
        lock(
            "constraints.txt",
            "constraints.txt changed, and asks for the same packages",
            "a",
            "# why\na"),
        lock(
            "package.json",
            "package.json: react ^17 → ^18",
            "{\"dependencies\":{\"react\":\"^17\"}}",
            "{\"dependencies\":{\"react\":\"^18\"}}"),
        lock(
            "package-lock.json",
            "package-lock.json: +b",
            "{\"packages\":{\"node_modules/a\":{\"version\":\"1\"}}}",
            "{\"packages\":{\"node_modules/a\":{\"version\":\"1\"},\"node_modules/b\":{\"version\":\"1\"}}}"),
        lock(
            "yarn.lock",
            "yarn.lock: a 1 → 2",
            "a@^1:\n  version \"1\"\n",
            "a@^1:\n  version \"2\"\n"),
        lock(
            "pnpm-lock.yaml",
            "pnpm-lock.yaml: a 1 → 2",
            "packages:\n  a@1: {}\n",
            "packages:\n  a@2: {}\n"),
        lock(
            "pyproject.toml",
            "pyproject.toml: a 1 → 2",
            "[project]\ndependencies = [\"a==1\"]",
            "[project]\ndependencies = [\"a==2\"]"),
        lock(
            "poetry.lock",
            "poetry.lock: a 1 → 2",
            "[[package]]\nname = \"a\"\nversion = \"1\"",
            "[[package]]\nname = \"a\"\nversion = \"2\""),
        lock(
            "Cargo.lock",
            "Cargo.lock: -a",
            "[[package]]\nname = \"a\"\nversion = \"1\"",
            "version = 4"),
        lock("go.mod", "go.mod: go 1.22 → 1.23", "go 1.22", "go 1.23"),
        lock("go.sum", "go.sum: x v1 → v2", "x v1 h1:a=", "x v2 h1:b="),
        lock(
            "pom.xml",
            "pom.xml: g:a 1 → 2",
            "<p><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency></p>",
            "<p><dependency><groupId>g</groupId><artifactId>a</artifactId><version>2</version></dependency></p>"),
        lock("build.gradle", "build.gradle: g:a 1 → 2", "api 'g:a:1'", "api 'g:a:2'"),
        lock("gradle.lockfile", "gradle.lockfile: g:a 1 → 2", "g:a:1=x", "g:a:2=x"),
        lock(
            "Gemfile.lock",
            "Gemfile.lock: rails 7 → 8",
            "GEM\n  specs:\n    rails (7)",
            "GEM\n  specs:\n    rails (8)"),
        lock(
            "composer.lock",
            "composer.lock: a/b 1 → 2",
            "{\"packages\":[{\"name\":\"a/b\",\"version\":\"1\"}]}",
            "{\"packages\":[{\"name\":\"a/b\",\"version\":\"2\"}]}"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void change_isNamedFirst(Kind kind) throws IOException {
    World world = new World();
    List<Step> before = world.steps(kind.before());
    List<Step> after = world.steps(kind.after());
    BuildRecord earlier = World.record(before);
    Explainer explainer = new Explainer(after, List.of(earlier), world);
    Step now = after.getLast();
    List<Reason> reasons =
        explainer.explain(now.vertex(), "", now.key().orElseThrow(), now.inputKeys()).reasons();
    assertThat(reasons.getFirst().text()).startsWith(kind.first());
  }

  @org.junit.jupiter.api.Test
  void table_hasMoreThanSixtyKinds() {
    assertThat(kinds()).hasSizeGreaterThan(60).extracting(Kind::name).doesNotHaveDuplicates();
  }

  @org.junit.jupiter.api.Test
  void criticalPath_goesBackFromWhatEndedLast() {
    Step base = timed("base", 0, 10);
    Step slow = timed("slow", 10, 500, base);
    Step quick = timed("quick", 10, 20, base);
    Step last = timed("last", 510, 30, quick, slow);
    BuildRecord record = World.record(List.of(base, slow, quick, last));
    assertThat(CriticalPath.of(record)).containsExactly(base, slow, last);
  }

  private static Step timed(String name, long queued, long took, Step... inputs) {
    Step step = World.step(CacheKey.of(name), List.of(), List.of(), Place.NONE, "ran");
    return new Step(
        step.vertex(),
        name,
        java.util.Arrays.stream(inputs).map(Step::vertex).toList(),
        step.parts(),
        step.key(),
        List.of(),
        "ran",
        Duration.ofMillis(queued),
        Duration.ofMillis(took),
        Amounts.NONE,
        false,
        Place.NONE,
        List.of(),
        "");
  }

  /** Steps of parts and files, and what is known of them. */
  private static final class World implements Explainer.Facts {
    private final Map<Digest, TreeManifest> trees = new HashMap<>();
    private final Map<String, Packages> packages = new HashMap<>();

    static BuildRecord record(List<Step> steps) {
      return new BuildRecord(
          EARLIER,
          Instant.EPOCH,
          Duration.ZERO,
          new BuildRecord.Outcome.Cancelled(),
          new LinkedHashMap<>(),
          steps,
          Amounts.NONE,
          List.of(),
          List.of(),
          new LinkedHashMap<>());
    }

    List<Step> steps(Map<String, String> said) {
      SequencedMap<String, String> parts = new LinkedHashMap<>();
      List<TreeEntry> entries = new ArrayList<>();
      for (Map.Entry<String, String> one : said.entrySet()) {
        if (one.getKey().startsWith("@")) {
          entries.add(entry(one.getKey().substring(1), one.getValue()));
        } else if (!one.getKey().equals("kind")) {
          parts.put(one.getKey(), one.getValue());
        }
      }
      String kind = said.getOrDefault("kind", "exec/1");
      Digest content = TreeManifest.digestOf(entries);
      SequencedMap<Digest, List<TreeEntry>> folders = new TreeMap<>(Map.of(content, entries));
      trees.put(content, new TreeManifest(content, folders));
      SequencedMap<String, String> local = new LinkedHashMap<>(Map.of("name", "context"));
      Step context =
          step(new CacheKey("local/1", local), List.of(), List.of(), Place.NONE, "reused");
      Place place = new Place("", 2, "RUN or COPY", List.of("VERSION"), "", "");
      Step step =
          step(
              new CacheKey(kind, parts), List.of(context.vertex()), List.of(content), place, "ran");
      return List.of(context, step);
    }

    private TreeEntry entry(String path, String text) {
      String[] words = text.split(":", 3);
      int owner = Integer.parseInt(words[1]);
      if (words[0].equals("link")) {
        return new TreeEntry(path, Stat.SYMBOLIC_LINK | 0777, owner, owner, words[2], "-");
      }
      byte[] bytes = words[2].getBytes(StandardCharsets.UTF_8);
      String digest = Digest.of(bytes).hex();
      LockFiles.read(path, bytes).ifPresent(list -> packages.put(digest, list));
      int mode = Stat.REGULAR | Integer.parseInt(words[0], 8);
      return new TreeEntry(path, mode, owner, owner, digest, "-");
    }

    private static Step step(
        CacheKey parts, List<Digest> inputs, List<Digest> keys, Place place, String outcome) {
      Digest id = parts.digest();
      return new Step(
          id,
          place.instruction(),
          inputs,
          parts,
          Optional.of(id),
          keys,
          outcome,
          Duration.ZERO,
          Duration.ZERO,
          Amounts.NONE,
          false,
          place,
          List.of(),
          "");
    }

    @Override
    public Optional<TreeManifest> tree(Digest key) {
      return Optional.ofNullable(trees.get(key));
    }

    @Override
    public Optional<Packages> packages(String file) {
      return Optional.ofNullable(packages.get(file));
    }

    @Override
    public List<Digest> storedInputs(Digest key) {
      return List.of();
    }

    @Override
    public Optional<Reason.Removed> removed(Digest key) {
      return Optional.empty();
    }
  }
}
