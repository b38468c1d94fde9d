package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import dev.larder.cli.PackagedLarder.Ran;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code larder build} as users have it. */
final class BuildCommandIT {
  private static final String APP =
      """
      FROM busybox
      WORKDIR /app
      RUN echo made > made
      COPY source .
      CMD ["cat", "source"]
      """;

  @TempDir Path folder;
  private PackagedLarder larder;

  @BeforeEach
  void importBusybox() throws IOException, InterruptedException {
    larder = PackagedLarder.in(folder);
    larder.importBusybox();
  }

  private Ran build(String... args) throws IOException, InterruptedException {
    String[] all =
        Stream.of(List.of("build", "--progress", "plain"), List.of(args), List.of("."))
            .flatMap(List::stream)
            .toArray(String[]::new);
    return larder.run(all);
  }

  private Ran built(String... args) throws IOException, InterruptedException {
    Ran ran = build(args);
    assertThat(ran.status()).as(ran.err()).isZero();
    return ran;
  }

  private String file(String path) throws IOException {
    return Files.readString(larder.directory().resolve(path));
  }

  @Test
  void secondBuild_reusesEveryStep() throws Exception {
    larder.files(APP, "source", "1");
    Ran first = built("-t", "app");
    assertThat(first.out()).isEmpty();
    assertThat(first.err())
        .contains("[1/4] FROM docker.io/library/busybox:latest")
        .contains("[3/4] RUN echo made > made")
        .containsPattern("(?m)^built app:latest in [0-9.]+ s: .*, [1-4] run; downloaded 0 B$");
    Ran second = built("-t", "app");
    assertThat(second.err())
        .containsPattern("(?m)^#\\d+ \\[4/4] COPY source \\.\n#\\d+ CACHED$")
        .containsPattern("(?m)^built app:latest in .*: 4 steps reused, 0 run; downloaded 0 B$");
    assertThat(larder.run("images").out()).contains("app:latest").contains("busybox:latest");
  }

  @Test
  void importedBase_saysNothingOfThePlaceItCameFrom() throws Exception {
    larder.files("FROM busybox\nLABEL a=b\n");
    built("-o", "type=docker,dest=image.tar");
    String config = larder.shell("tar xOf image.tar --wildcards '*' | grep -a Imported").out();
    assertThat(config).contains("Imported from -").doesNotContain(folder.toString());
  }

  @Test
  void changedFile_runsItsCopyOnly() throws Exception {
    larder.files(APP, "source", "1");
    built("-t", "app");
    larder.files(APP, "source", "2");
    assertThat(built("-t", "app").err()).contains(": 3 steps reused, 1 run;");
  }

  @Test
  void quiet_printsTheIdAndNothingElse() throws Exception {
    larder.files(APP, "source", "1");
    Ran ran = larder.run("build", "-q", "--iidfile", "id", "--metadata-file", "meta", ".");
    assertThat(ran.status()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).matches("sha256:[0-9a-f]{64}\n");
    assertThat(file("id")).isEqualTo(ran.out().strip());
    JsonObject metadata = JsonParser.parseString(file("meta")).getAsJsonObject();
    assertThat(metadata.get("containerimage.config.digest").getAsString())
        .isEqualTo(ran.out().strip());
  }

  @Test
  void metadata_hasTheNamesOfBuildx_andTheLedger() throws Exception {
    larder.files(
        "FROM busybox\nRUN true\nRUN --network=host true\nCOPY source .\n", "source", "12");
    built(
        "--allow",
        "network.host",
        "-t",
        "app",
        "-o",
        "type=oci,dest=oci.tar",
        "--metadata-file",
        "meta");
    JsonObject metadata = JsonParser.parseString(file("meta")).getAsJsonObject();
    String manifest = metadata.get("containerimage.digest").getAsString();
    JsonObject descriptor = metadata.getAsJsonObject("containerimage.descriptor");
    assertThat(descriptor.get("digest").getAsString()).isEqualTo(manifest);
    assertThat(larder.shell("tar xOf oci.tar index.json").out()).contains(manifest);
    assertThat(metadata.get("image.name").getAsString()).isEqualTo("docker.io/library/app:latest");
    String reference = metadata.get("buildx.build.ref").getAsString();
    String record = reference.substring(reference.lastIndexOf('/') + 1);
    assertThat(larder.shell("ls '" + larder.home() + "/history'").out()).contains(record);
    JsonObject ledger = metadata.getAsJsonObject("larder.ledger");
    assertThat(ledger.get("network").getAsLong()).isZero();
    assertThat(ledger.get("context").getAsLong()).isPositive();
    assertThat(ledger.get("complete").getAsBoolean()).isFalse();
    assertThat(ledger.getAsJsonArray("steps"))
        .filteredOn(step -> !step.getAsJsonObject().get("complete").getAsBoolean())
        .singleElement()
        .satisfies(
            step ->
                assertThat(step.getAsJsonObject().get("name").getAsString())
                    .isEqualTo("[3/4] RUN --network=host true"));
  }

  @Test
  void rawjson_isJsonOnEveryLine() throws Exception {
    larder.files(APP, "source", "1");
    Ran ran = larder.run("build", "--progress", "rawjson", "-t", "app", ".");
    assertThat(ran.status()).isZero();
    assertThat(ran.out()).isEmpty();
    List<JsonObject> lines =
        ran.err().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    assertThat(lines).anySatisfy(line -> assertThat(line.has("vertexes")).isTrue());
    assertThat(lines.getLast().get("ledger").toString()).contains("\"sum\":{\"network\":0,");
  }

  @Test
  void noProgress_saysNothingButErrors() throws Exception {
    larder.files("FROM busybox\nRUN true\n");
    assertThat(larder.run("build", "--progress=none", "-t", "app", "."))
        .isEqualTo(new Ran(0, "", ""));
    larder.files("FROM busybox\nRUN false\n");
    Ran failed = larder.run("build", "--progress=none", ".");
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.err()).startsWith("ERROR: ").contains("RUN false");
  }

  @Test
  void resetMounts_emptiesWhatTheBuildUses_andSaysWhat() throws Exception {
    larder.files(
        """
        FROM busybox
        RUN --mount=type=cache,id=one,target=/cache echo line >> /cache/lines; cat /cache/lines > /1
        RUN --mount=type=cache,target=/two echo line >> /two/lines; cat /two/lines > /2
        """);
    built("-o", "a");
    Ran one = built("--no-cache", "--reset-mounts=one", "-o", "b");
    assertThat(one.err()).contains("cache mount one: 5 bytes removed").doesNotContain("two: 5");
    assertThat(file("b/1")).isEqualTo("line\n");
    assertThat(file("b/2")).isEqualTo("line\nline\n");
    Ran all = built("--no-cache", "--reset-mounts", "-o", "c");
    assertThat(all.err()).contains("mount one: 5 bytes", "mount /two: 10 bytes");
    assertThat(file("c/2")).isEqualTo("line\n");
    Ran wrong = build("--reset-mounts=three");
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err()).contains("no cache mount of this id (it has /two, one)");
  }

  @Test
  void offline_buildsOfWhatIsKept_andNamesWhatIsMissing() throws Exception {
    larder.files("FROM busybox\nRUN ls /sys/class/net > /interfaces\n");
    built("--offline", "-o", "files");
    assertThat(file("files/interfaces")).isEqualTo("lo\n");
    larder.files("FROM localhost:1/missing:1\n");
    Ran base = build("--offline");
    assertThat(base.status()).isEqualTo(1);
    assertThat(base.err())
        .contains("localhost:1/missing:1: not stored on this machine, and the build is offline");
    larder.files("FROM busybox\nADD http://localhost:1/file /\n");
    assertThat(build("--offline").err())
        .contains("http://localhost:1/file")
        .contains("not kept on this machine, and the build is offline");
    larder.files("FROM busybox\nRUN wget -q -O /got http://some.example/file\n");
    assertThat(build("--offline").err())
        .contains("http://some.example/file: not in the package store, and the build is offline");
    larder.files("FROM busybox\nRUN nc some.example 25; false\n");
    assertThat(build("--offline").err()).contains("connect to some.example:25: refused");
    larder.files("FROM busybox\nRUN --network=host false\n");
    assertThat(build("--offline", "--allow=network.host").err())
        .contains("offline: this step had no network");
    assertThat(build("--offline", "--pull").status()).isEqualTo(2);
  }

  @Test
  void downloadsThatNoMountKeeps_areToldOnce_andAreInTheRecord() throws Exception {
    byte[] body = new byte[300_000];
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Cache-Control", "no-store");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://machine:" + server.getAddress().getPort() + "/file";
      String mount = "RUN --mount=type=cache,target=/cache ";
      larder.files("FROM busybox\n" + mount + "wget -q -O /got " + url + "\n");
      String host = "--add-host=machine:host-gateway";
      String tip = "(?m)^tip: \\[2/2] RUN .*: downloaded 30\\d kB, cache mount /cache is empty ";
      assertThat(built("-t", "app", host).err()).containsOnlyOnce("tip: ").containsPattern(tip);
      assertThat(larder.shell("cat '" + larder.home() + "'/history/*.json").out())
          .containsOnlyOnce("\"kind\":\"empty-mount\"");
      assertThat(built("-t", "app", host).err()).doesNotContain("tip: ");
      Ran raw = larder.run("build", "--no-cache", "--progress=rawjson", host, ".");
      assertThat(raw.err()).contains("\"waste\":\"empty-mount\",\"bytes\":30");
      larder.files("FROM busybox\n" + mount + "wget -q -O /cache/got " + url + "\n");
      assertThat(built("-t", "app", host).err()).contains("downloaded 30").doesNotContain("tip: ");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void outputs_goWhereTheySay() throws Exception {
    larder.files("FROM busybox AS b\nRUN echo x > /x\nFROM scratch\nCOPY --from=b /x /y\n");
    built("-o", "folder");
    assertThat(file("folder/y")).isEqualTo("x\n");
    built("-o", "type=tar,dest=files.tar");
    assertThat(larder.shell("tar xOf files.tar y").out()).isEqualTo("x\n");
    assertThat(larder.shell("\"$larder\" build -o - . | tar xO y").out()).isEqualTo("x\n");
    built("-t", "app", "-o", "type=oci,dest=oci.tar");
    assertThat(larder.shell("tar tf oci.tar").out()).contains("index.json", "oci-layout");
    built("-t", "app", "-o", "type=oci,tar=false,dest=layout");
    assertThat(file("layout/index.json")).contains("app:latest");
    built("-t", "app", "-o", "type=docker,dest=docker.tar");
    assertThat(larder.shell("tar xOf docker.tar manifest.json").out()).contains("app:latest");
  }

  @Test
  void ociLayout_canBeBuiltFrom() throws Exception {
    larder.files("FROM busybox\nRUN echo below > /below\n");
    built("-t", "app:1", "-o", "type=oci,tar=false,dest=layout");
    larder.files("FROM lower\nRUN cat /below > /copy\n");
    built("--build-context", "lower=oci-layout://layout:1", "-o", "files");
    assertThat(file("files/copy")).isEqualTo("below\n");
  }

  @Test
  void noCache_runsStepsAgain_andKeepsCacheMounts() throws Exception {
    larder.files(
        """
        FROM busybox
        RUN --mount=type=cache,target=/cache echo line >> /cache/lines; cat /cache/lines > /seen
        """);
    built("-o", "one");
    Ran again = built("--no-cache", "-o", "two");
    assertThat(file("one/seen")).isEqualTo("line\n");
    assertThat(file("two/seen")).isEqualTo("line\nline\n");
    assertThat(again.err()).containsPattern("(?m)^#\\d+ cache mount /cache: ");
  }

  @Test
  void cacheScope_keepsProjectsApart() throws Exception {
    larder.files(
        """
        FROM busybox
        ARG N
        RUN --mount=type=cache,target=/cache echo $N >> /cache/lines; cat /cache/lines > /seen
        """);
    built("--cache-scope", "project", "--project", "a", "--build-arg", "N=1", "-o", "a");
    built("--cache-scope", "project", "--project", "b", "--build-arg", "N=2", "-o", "b");
    built("--cache-scope", "project", "--project", "a", "--build-arg", "N=3", "-o", "c");
    assertThat(file("b/seen")).isEqualTo("2\n");
    assertThat(file("c/seen")).isEqualTo("1\n3\n");
  }

  @Test
  void argumentsSecretsAndHosts_reachTheSteps() throws Exception {
    larder.files(
        """
        FROM busybox
        ARG GIVEN
        ARG INHERITED
        ARG SOURCE_DATE_EPOCH
        RUN --mount=type=secret,id=token --mount=type=secret,id=word,env=WORD \
          echo $GIVEN $INHERITED $SOURCE_DATE_EPOCH $(cat /run/secrets/token) $WORD > /seen; \
          cat /etc/hosts > /hosts
        """,
        "token",
        "t0ken");
    Ran ran =
        larder.shell(
            "INHERITED=env WORD=w0rd SOURCE_DATE_EPOCH=1000000000 \"$larder\" build"
                + " --build-arg GIVEN=arg --build-arg INHERITED --secret id=token,src=token"
                + " --secret id=word,env=WORD --add-host other:10.1.2.3 --add-host"
                + " up=host-gateway -o files .");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(file("files/seen")).isEqualTo("arg env 1000000000 t0ken w0rd\n");
    assertThat(file("files/hosts")).containsPattern("10\\.1\\.2\\.3\\s+other").contains("up");
  }

  @Test
  void dockerfile_comesByStandardInput() throws Exception {
    larder.files("FROM nothing\n", "source", "1");
    Ran withContext =
        larder.shell(
            "printf 'FROM scratch\\nCOPY source /copied\\n' | \"$larder\" build -f - -o one .");
    assertThat(withContext.status()).as(withContext.err()).isZero();
    assertThat(file("one/copied")).isEqualTo("1");
    Ran without =
        larder.shell("printf 'FROM busybox\\nRUN echo 2 > /two\\n' | \"$larder\" build -o two -");
    assertThat(without.status()).as(without.err()).isZero();
    assertThat(file("two/two")).isEqualTo("2\n");
  }

  @Test
  void twoBuildsAtOnce_runAStepOnce() throws Exception {
    larder.files("FROM busybox\nRUN sleep 1; date +%N > /stamp\n");
    Ran ran =
        larder.shell(
            "\"$larder\" build -o one . & first=$!; \"$larder\" build -o two . && wait $first");
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(file("one/stamp")).isNotEmpty().isEqualTo(file("two/stamp"));
  }

  @Test
  void killedBuild_leavesNoProcess_andTheNextOneGoesOn() throws Exception {
    larder.files("FROM busybox\nRUN echo first > /first\nRUN echo begun; sleep 98765\n");
    Path log = folder.resolve("log");
    Process process =
        larder
            .larder("build", "--progress", "plain", ".")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    awaitText(log, " begun\n");
    process.destroyForcibly();
    assertThat(process.waitFor()).isEqualTo(137);
    await(() -> !larder.shell("cat /proc/[0-9]*/cmdline | tr '\\0' ' '").out().contains("98765"));
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(folder.toString());
    larder.files("FROM busybox\nRUN echo first > /first\nRUN echo second > /second\n");
    assertThat(built("-o", "files").err()).contains(": 2 steps reused, 1 run;");
    assertThat(file("files/second")).isEqualTo("second\n");
  }

  @Test
  void interruptedBuild_putsThingsAway_andEndsWithTheSignalsStatus() throws Exception {
    larder.files("FROM busybox\nRUN echo begun; sleep 87654\n");
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        larder
            .larder("build", "--progress", "plain", ".")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // Who runs the tests in the background ignores SIGINT, and so would all that it starts.
    builder.command().addAll(0, List.of("env", "--default-signal=INT"));
    Process process = builder.start();
    awaitText(log, " begun\n");
    assertThat(larder.shell("kill -INT " + process.pid()).status()).isZero();
    boolean ended = process.waitFor(30, TimeUnit.SECONDS);
    process.destroyForcibly(); // nothing may stay for other tests, whatever comes out here
    assertThat(ended).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(Files.readString(log)).contains("CANCELED");
    assertThat(larder.shell("cat /proc/[0-9]*/cmdline | tr '\\0' ' '").out())
        .doesNotContain("87654");
  }

  @Test
  void closedPipe_endsNothing() throws Exception {
    larder.files(APP, "source", "1");
    Ran ran =
        larder.shell(
            "set +o pipefail; \"$larder\" build --progress plain -t app . 2>&1 | head -n 1;"
                + " echo ${PIPESTATUS[0]}; \"$larder\" images | true; echo ${PIPESTATUS[0]}");
    assertThat(ran.out()).endsWith("\n0\n0\n");
    assertThat(larder.run("images").out()).contains("app:latest");
  }

  private interface Condition {
    boolean holds() throws IOException, InterruptedException;
  }

  private static void await(Condition condition) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("waited a minute").isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  private static void awaitText(Path log, String text) throws IOException, InterruptedException {
    await(() -> Files.exists(log) && Files.readString(log).contains(text));
  }
}
