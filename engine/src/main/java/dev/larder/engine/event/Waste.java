package dev.larder.engine.event;

import dev.larder.engine.digest.Digest;

/**
 * Bytes that a step downloaded and will download again, though that could be helped.
 *
 * @param vertex the step
 * @param step its name, as it is shown
 * @param kind what is wrong
 * @param bytes how much it is about
 * @param text what was seen, and why it is so where that is known
 * @param hint how to mend it
 */
public record Waste(Digest vertex, String step, Kind kind, long bytes, String text, String hint) {
  /** What is wrong. */
  public enum Kind {
    /** A cache mount is at the right place, and nothing was put into it. */
    EMPTY_MOUNT("empty-mount"),
    /** A cache mount is not where the tool keeps its downloads. */
    MISPLACED_MOUNT("misplaced-mount"),
    /** No cache mount keeps what was downloaded. */
    UNKEPT_DOWNLOADS("unkept-downloads"),
    /** Two steps downloaded the same. */
    FETCHED_TWICE("fetched-twice");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /**
     * Inverts {@link #word}.
     *
     * @throws IllegalArgumentException if there is none of this word
     */
    public static Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      throw new IllegalArgumentException("unknown kind of waste: " + word);
    }

    /** As records and JSON lines have it. */
    public String word() {
      return word;
    }
  }
}
