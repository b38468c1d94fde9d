package dev.larder.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/dockerfile.md compile as a user's program, and print what the page says. */
final class DocsExamplesTest {
  private static final Path PAGE = Path.of("../docs/dockerfile.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");

  @TempDir Path folder;

  private record Example(String code, String prints) {}

  @Test
  void examples_printWhatThePageSays() throws Exception {
    List<Example> examples = new ArrayList<>();
    String code = "";
    Matcher block = BLOCK.matcher(Files.readString(PAGE));
    while (block.find()) {
      switch (block.group(1)) {
        case "dockerfile" -> Files.writeString(folder.resolve("Dockerfile"), block.group(2));
        case "java" -> code = block.group(2);
        case "text" -> examples.add(new Example(code, block.group(2)));
        default -> {}
      }
    }
    assertThat(examples).hasSizeGreaterThanOrEqualTo(4);
    for (Example example : examples) {
      assertThat(printed(example.code())).as(example.code()).isEqualTo(example.prints());
    }
  }

  /** Compiled and run with nothing but the engine. */
  private String printed(String code) throws IOException, InterruptedException {
    Path source = folder.resolve("Example.java");
    Files.writeString(
        source,
        """
        import dev.larder.engine.dockerfile.*;
        import java.nio.file.*;
        import java.util.*;
        import java.util.stream.*;
        class Example {
          public static void main(String[] args) throws Exception {
        %s
          }
        }
        """
            .formatted(code));
    String classes = place(Dockerfile.class) + File.pathSeparator + place(NullMarked.class);
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, errors, "-cp", classes, "-d", folder.toString(), source.toString());
    assertThat(status).as("%s%n%s", code, errors).isZero();
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                folder + File.pathSeparator + classes,
                "Example")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String out = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    run.waitFor();
    return out;
  }

  private static Path place(Class<?> of) {
    return Path.of(of.getProtectionDomain().getCodeSource().getLocation().getPath());
  }
}
