package dev.larder.engine.fetch;

/**
 * One transfer that came to its end, whether or not it was complete.
 *
 * @param url what was asked for; for what was passed through the server's name and port
 * @param how where the answer came from
 * @param network bytes of body from the network; of what was passed through, all bytes received
 * @param store bytes of body from the package store
 * @param sent bytes sent to the network beyond heads: request bodies, and all of what was passed
 *     through
 * @param reason why it was refused or failed; else empty
 */
public record Transfer(String url, How how, long network, long store, long sent, String reason) {
  /** One that did not fail. */
  public Transfer(String url, How how, long network, long store, long sent) {
    this(url, how, network, store, sent, "");
  }

  /** Where an answer came from. */
  public enum How {
    /** From the server; stored if it may be. */
    DOWNLOADED,
    /** From the store, unasked. */
    REUSED,
    /** From the store, after the server said that it has nothing newer. */
    CHECKED,
    /** A connection whose inside was not looked at. */
    PASSED,
    /** Not allowed: offline, over the limit, the host's loopback, another step's relay. */
    REFUSED,
    /** No answer, or one that was cut off. */
    FAILED
  }

  /** Gets each transfer; called by many threads. */
  @FunctionalInterface
  public interface Log {
    void ended(Transfer transfer);

    /** Bytes of a transfer that goes on, now and then: {@code total} is -1 where not known. */
    default void moving(String url, How how, long done, long total) {}
  }
}
