package dev.larder.engine.oci;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;

/**
 * How to see that a container is well. A duration of zero and zero retries mean the default.
 *
 * @param test {@code ["NONE"]}, {@code ["CMD", argument…]} or {@code ["CMD-SHELL", command]}
 * @param startPeriod in which failures do not count
 * @param startInterval between tests in the start period
 */
public record Healthcheck(
    List<String> test,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    Duration startInterval,
    int retries) {

  /** Copies the test. */
  public Healthcheck {
    test = List.copyOf(test);
  }

  /** {@code HEALTHCHECK NONE}: there is no test, not even that of the base. */
  public static Healthcheck none() {
    return new Healthcheck(
        List.of("NONE"), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
  }

  static Healthcheck read(Members from) throws MalformedDocumentException {
    long retries = from.number("Retries").orElse(0);
    if (retries < Integer.MIN_VALUE || retries > Integer.MAX_VALUE) {
      throw from.malformed("Retries", "out of range: " + retries);
    }
    return new Healthcheck(
        from.texts("Test"),
        Duration.ofNanos(from.number("Interval").orElse(0)),
        Duration.ofNanos(from.number("Timeout").orElse(0)),
        Duration.ofNanos(from.number("StartPeriod").orElse(0)),
        Duration.ofNanos(from.number("StartInterval").orElse(0)),
        (int) retries);
  }

  JsonObject json() {
    JsonObject json = new JsonObject();
    if (!test.isEmpty()) {
      json.add("Test", Descriptor.array(test));
    }
    addNanos(json, "Interval", interval);
    addNanos(json, "Timeout", timeout);
    addNanos(json, "StartPeriod", startPeriod);
    addNanos(json, "StartInterval", startInterval);
    if (retries != 0) {
      json.addProperty("Retries", retries);
    }
    return json;
  }

  private static void addNanos(JsonObject json, String name, Duration duration) {
    if (!duration.isZero()) {
      json.addProperty(name, duration.toNanos());
    }
  }
}
