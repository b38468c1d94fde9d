package dev.larder.engine.service;

import java.nio.file.Path;
import java.time.Duration;

/** A command that starts a service and then goes on until it is killed. */
final class StartingProcess {
  private StartingProcess() {}

  static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    ServiceFolder folder = new ServiceFolder(home, "p", "web");
    new Services(home, SupervisorProcess.command(), System.getenv("PATH"))
        .start(folder.spec().orElseThrow());
    System.out.println("started");
    Thread.sleep(Duration.ofMinutes(5));
  }
}
