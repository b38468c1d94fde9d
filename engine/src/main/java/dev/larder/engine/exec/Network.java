package dev.larder.engine.exec;

import java.nio.file.Path;

/** The network namespace of a process. */
public sealed interface Network {
  /** That of the engine. */
  record Host() implements Network {}

  /** A new one in which only the loopback device is up. */
  record None() implements Network {}

  /** One that exists, by its file: {@code /proc/PID/ns/net} or a bind mount of it. */
  record At(Path namespace) implements Network {}

  /** One in which all leads to the engine, which passes it on. */
  record Relayed(StepNetwork network) implements Network {}
}
