package dev.larder.engine.service;

import dev.larder.engine.linux.Mounts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The supervisor as a program, for tests: layers may be absolute paths of folders, too. */
public final class SupervisorProcess {
  private SupervisorProcess() {}

  /** What starts it. */
  public static List<String> command() {
    return java(SupervisorProcess.class);
  }

  static List<String> java(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Roots real = Roots.of(ServiceFolder.at(folder).home());
    Roots roots =
        (layers, changes, target) -> {
          if (!layers.getFirst().startsWith("/")) {
            real.mount(layers, changes, target);
            return;
          }
          Path upper = Files.createDirectories(changes.resolve("upper"));
          Path work = Files.createDirectories(changes.resolve("work"));
          String lower = String.join(":", layers.reversed());
          String options = "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work;
          Mounts.mount("overlay", target.toString(), "overlay", 0, options);
        };
    System.exit(Supervisor.run(folder, roots, InstantSource.system(), System.getenv()));
  }
}
