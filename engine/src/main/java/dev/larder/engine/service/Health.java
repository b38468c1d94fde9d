package dev.larder.engine.service;

import java.util.OptionalInt;

/**
 * What a service's health check said.
 *
 * @param status the verdict
 * @param failures failures in a row
 * @param exitCode of the last probe; nothing if there was none, or it took too long
 * @param output of the last probe, its first 4096 characters
 */
public record Health(Status status, int failures, OptionalInt exitCode, String output) {
  /** A verdict. */
  public enum Status {
    /** There is no health check. */
    NONE,
    STARTING,
    HEALTHY,
    UNHEALTHY
  }
}
