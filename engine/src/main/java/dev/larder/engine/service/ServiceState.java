package dev.larder.engine.service;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a service is.
 *
 * @param phase where it is in its life
 * @param container the container's first process
 * @param monitor the process that waits for it
 * @param started when the container last started
 * @param finished when it last ended
 * @param exitCode how it last ended
 * @param problem why it could not start; empty if it could
 * @param hint what to do about that
 * @param restarts how often it was started again in a row
 * @param address its address on the project's network; empty if it has none
 * @param ports published ports, with the host's ports that were chosen
 * @param logStart how long the log was when the container last started
 * @param health what its health check said
 * @param notes what the user should know
 */
record ServiceState(
    Phase phase,
    Optional<ProcessName> container,
    Optional<ProcessName> monitor,
    Optional<Instant> started,
    Optional<Instant> finished,
    OptionalInt exitCode,
    String problem,
    String hint,
    int restarts,
    String address,
    List<Port> ports,
    long logStart,
    Health health,
    List<String> notes) {
  static final ServiceState NEW =
      new ServiceState(
          Phase.STARTING,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          "",
          "",
          0,
          "",
          List.of(),
          0,
          new Health(Health.Status.NONE, 0, OptionalInt.empty(), ""),
          List.of());

  ServiceState {
    ports = List.copyOf(ports);
    notes = List.copyOf(notes);
  }

  ServiceState withPhase(Phase next) {
    return new ServiceState(
        next, container, monitor, started, finished, exitCode, problem, hint, restarts, address,
        ports, logStart, health, notes);
  }

  ServiceState running(ProcessName first, ProcessName waiting, Instant now, long log) {
    return new ServiceState(
        Phase.RUNNING,
        Optional.of(first),
        Optional.of(waiting),
        Optional.of(now),
        finished,
        OptionalInt.empty(),
        "",
        "",
        restarts,
        address,
        ports,
        log,
        health,
        notes);
  }

  ServiceState ended(Phase next, int code, Instant now) {
    return new ServiceState(
        next,
        Optional.empty(),
        Optional.empty(),
        started,
        Optional.of(now),
        OptionalInt.of(code),
        problem,
        hint,
        restarts,
        address,
        ports,
        logStart,
        health,
        notes);
  }

  ServiceState failed(String why, String whatToDo) {
    return new ServiceState(
        Phase.FAILED,
        Optional.empty(),
        Optional.empty(),
        started,
        finished,
        exitCode,
        why,
        whatToDo,
        restarts,
        address,
        List.of(),
        logStart,
        health,
        notes);
  }

  /** Without what an earlier start had to say. */
  ServiceState failedNever() {
    return new ServiceState(
        phase,
        container,
        monitor,
        started,
        finished,
        OptionalInt.empty(),
        "",
        "",
        restarts,
        address,
        ports,
        logStart,
        health,
        notes);
  }

  ServiceState withRestarts(int count) {
    return new ServiceState(
        phase, container, monitor, started, finished, exitCode, problem, hint, count, address,
        ports, logStart, health, notes);
  }

  ServiceState at(String newAddress, List<Port> newPorts, List<String> newNotes) {
    return new ServiceState(
        phase,
        container,
        monitor,
        started,
        finished,
        exitCode,
        problem,
        hint,
        restarts,
        newAddress,
        newPorts,
        logStart,
        health,
        newNotes);
  }

  ServiceState with(Health newHealth) {
    return new ServiceState(
        phase, container, monitor, started, finished, exitCode, problem, hint, restarts, address,
        ports, logStart, newHealth, notes);
  }
}
