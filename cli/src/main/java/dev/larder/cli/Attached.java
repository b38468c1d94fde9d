package dev.larder.cli;

import dev.larder.engine.service.ServiceStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows the logs of services that {@code up} started, until they have ended. */
final class Attached {
  private static final long PAUSE_MILLIS = 50;

  private final Running running;
  private final LogFollower logs;
  private final Invocation invocation;

  /**
   * What ends it before all services have ended.
   *
   * @param any the end of any service
   * @param failing the end of one with another status than 0
   * @param from the service whose exit status counts; empty is none
   */
  record End(boolean any, boolean failing, String from) {
    static final End NONE = new End(false, false, "");
  }

  Attached(Running running, LogFollower logs, Invocation invocation) {
    this.running = running;
    this.logs = logs;
    this.invocation = invocation;
  }

  /**
   * Follows them.
   *
   * @return the exit status
   */
  int follow(List<String> names, End end) throws IOException, InterruptedException {
    List<String> left = new ArrayList<>(names);
    while (!left.isEmpty() && !invocation.out().checkError()) {
      List<ServiceStatus> ended = ended(left);
      boolean any = logs.write();
      for (ServiceStatus status : ended) {
        left.remove(status.service());
        int code = status.exitCode().orElse(1);
        logs.say(status.service() + "-1", "exited with code " + code);
        boolean mine = end.from().isEmpty() || end.from().equals(status.service());
        if (mine && (end.any() || (end.failing() && code != 0))) {
          invocation.err().println("Aborting on container exit...");
          running.stop(names);
          logs.write();
          logs.end();
          return code;
        }
      }
      if (!any && ended.isEmpty()) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
    logs.end();
    return Larder.OK;
  }

  private List<ServiceStatus> ended(List<String> names) throws IOException {
    List<ServiceStatus> ended = new ArrayList<>();
    for (String name : names) {
      Optional<ServiceStatus> status = running.services().find(running.project().name(), name);
      if (status.isPresent() && !status.get().isActive()) {
        ended.add(status.get());
      }
    }
    return ended;
  }
}
