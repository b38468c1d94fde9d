package dev.larder.engine.service;

/** Where a service is in its life. */
public enum Phase {
  /** Being started for the first time. */
  STARTING,
  RUNNING,
  /** It ended and waits to be started again. */
  RESTARTING,
  /** It ended by itself and stays so. */
  EXITED,
  /** It could not be started. */
  FAILED,
  /** It was stopped on wish. */
  STOPPED;

  /** Whether a supervisor has something to do. */
  boolean isActive() {
    return switch (this) {
      case STARTING, RUNNING, RESTARTING -> true;
      case EXITED, FAILED, STOPPED -> false;
    };
  }
}
