package dev.larder.cli;

import dev.larder.engine.build.BuildFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * Does what people do most, for the JVM to remember which classes that takes: builds something
 * small, and builds it again. The launcher runs it in a home that is thrown away.
 */
final class TrainCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.addPositional(Options.arguments("FOLDER", "0..*", "Where to write what is built"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    String folder = Options.arguments(given, "FOLDER", 1, OptionalInt.of(1)).getFirst();
    Path context = invocation.directory().resolve(folder);
    Files.createDirectories(context.resolve("app"));
    Files.writeString(context.resolve("app/main"), "hello\n", StandardCharsets.UTF_8);
    Files.writeString(context.resolve(".dockerignore"), "*.log\n", StandardCharsets.UTF_8);
    Files.writeString(
        context.resolve("Dockerfile"),
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
        """,
        StandardCharsets.UTF_8);
    // Steps are planned and started in most builds; there is no program here for this one to run.
    Files.writeString(
        context.resolve("Dockerfile.run"),
        """
        FROM scratch
        COPY app app
        RUN --mount=type=cache,target=/cache --mount=type=bind,target=/src /app/main && true
        """,
        StandardCharsets.UTF_8);
    Larder larder = new Larder(invocation);
    larder.run(
        "build", "--progress", "plain", "-f", context + "/Dockerfile.run", context.toString());
    for (int i = 0; i < 2; i++) {
      int status = larder.run("build", "--progress", "plain", "-t", "train", context.toString());
      if (status != Larder.OK) {
        return status;
      }
    }
    return larder.run("images");
  }
}
