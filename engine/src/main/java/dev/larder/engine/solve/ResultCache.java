package dev.larder.engine.solve;

import com.google.gson.JsonObject;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.digest.Fingerprint;
import dev.larder.engine.graph.CacheKey;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Links and results: see docs/cache-keys.md. Safe for use by several threads and processes. */
public interface ResultCache {
  /**
   * A step from one input of an operation to its key.
   *
   * @param from a key of the input
   * @param output which of the input's outputs
   * @param input which input of the operation
   * @param selector the digest of the part that is read; the digest of nothing for {@code OnKey}
   * @param op the operation
   */
  record Link(Digest from, int output, int input, Digest selector, Digest op) {
    Digest digest() {
      return Fingerprint.of("link/1")
          .add("from", from)
          .add("output", output)
          .add("input", input)
          .add("selector", selector)
          .add("op", op)
          .digest();
    }
  }

  /**
   * What a key led to once.
   *
   * @param created when
   * @param outputs as {@link Solver.Results} wrote them
   * @param key the operation's own parts
   * @param inputs one key of each input
   */
  record Stored(Instant created, JsonObject outputs, CacheKey key, List<Digest> inputs) {
    public Stored {
      inputs = List.copyOf(inputs);
    }
  }

  /** The keys that a link leads to. */
  Set<Digest> follow(Link link) throws IOException;

  /** Adds a link; once more changes nothing. */
  void link(Link link, Digest key) throws IOException;

  /** What a key led to, newest first. */
  List<Stored> results(Digest key) throws IOException;

  void add(Digest key, Stored result) throws IOException;

  /** Waits until no other run of this key is under way, in this process or another. */
  Running run(Digest key) throws IOException, InterruptedException;

  /** Held while a step runs. */
  interface Running extends AutoCloseable {
    @Override
    void close() throws IOException;
  }
}
