package dev.larder.engine.service;

import java.time.Duration;
import java.util.List;

/**
 * How to ask a container whether it is well, with the meaning that Docker gives it.
 *
 * @param test the process to run inside; exit status 0 is well. The first word says how: {@code
 *     CMD} runs the others, {@code CMD-SHELL} gives the second to the image's shell
 * @param interval time between the end of a probe and the next
 * @param timeout how long a probe may take
 * @param startPeriod how long failures don't count after the start
 * @param startInterval time between probes within the start period
 * @param retries how many failures in a row make it unhealthy
 */
public record HealthCheck(
    List<String> test,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    Duration startInterval,
    int retries) {
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
  public static final Duration DEFAULT_START_INTERVAL = Duration.ofSeconds(5);
  public static final int DEFAULT_RETRIES = 3;

  public HealthCheck {
    test = List.copyOf(test);
  }
}
