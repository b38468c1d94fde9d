package dev.larder.cli;

import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.build.RelayTraining;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * Does what people do most, for the JVM to remember which classes that takes: builds something
 * small, builds it again, and takes a request of https through the relay. The launcher runs it in a
 * home that is thrown away.
 */
final class TrainCommand implements Command {
  private static final String FILES =
      """
      ARG NAME=app
      FROM scratch AS files
      ENV A=1
      COPY --chown=1:1 app/main /opt/$NAME/
      FROM scratch
      WORKDIR /srv
      COPY app app
      COPY --from=files /opt /opt
      CMD ["/srv/app/main"]
      """;

  /** Steps are planned and started in most builds; there is no program here for this one to run. */
  private static final String RUNS =
      """
      FROM base
      ARG VERSION=1
      ENV PATH=/srv/bin:$PATH
      WORKDIR /srv
      COPY app app
      RUN --mount=type=cache,target=/cache --mount=type=bind,target=/src /app/main && true
      EXPOSE 8080
      HEALTHCHECK --interval=5s CMD ["/srv/app/main"]
      """;

  @Override
  public void describe(CommandSpec spec) {
    spec.addPositional(Options.arguments("FOLDER", "0..*", "Where to write what is built"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    String folder = Options.arguments(given, "FOLDER", 1, OptionalInt.of(1)).getFirst();
    Path context = invocation.directory().resolve(folder);
    write(context.resolve("app/main"), "hello\n");
    write(context.resolve(".dockerignore"), "*.log\n");
    write(context.resolve("Dockerfile"), FILES);
    write(context.resolve("Dockerfile.run"), RUNS);
    Larder larder = new Larder(invocation);
    String rootfs = context + ".tar";
    int status = larder.run("build", "-o", "type=tar,dest=" + rootfs, context.toString());
    for (int i = 0; i < 2 && status == Larder.OK; i++) {
      status = larder.run("build", "--progress", "plain", "-t", "train", context.toString());
    }
    if (status != Larder.OK) {
      return status;
    }
    larder.run("import", rootfs, "base");
    for (int i = 0; i < 2; i++) {
      larder.run("build", "-q", "-f", context + "/Dockerfile.run", context.toString());
    }
    try {
      RelayTraining.run(Path.of(context + ".relay"));
    } catch (IOException e) {
      invocation.err().println("train the relay: " + e.getMessage()); // no loopback here
    }
    return larder.run("images");
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
