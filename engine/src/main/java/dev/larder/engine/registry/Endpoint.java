package dev.larder.engine.registry;

import java.io.IOException;

/**
 * One kind of request: what to ask, which answers are good, and what they mean. Asked again after a
 * passing failure, so it may ask for less the second time.
 */
interface Endpoint<T> {
  /** What to ask now. */
  Http.Request request(Hosts hosts);

  /** Whether an answer of this status is for {@link #read}; others are errors. */
  boolean accepts(int status);

  /** Reads the answer, which is closed afterwards. */
  T read(Answer answer) throws IOException;

  /** How many bytes of a long answer are there for good; tries are counted anew when it grows. */
  default long progress() {
    return 0;
  }
}
