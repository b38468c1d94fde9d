package dev.larder.engine.event;

import dev.larder.engine.digest.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something that happened in a build. One stream, many readers: the terminal, plain logs, JSON
 * lines, build records, tests.
 *
 * <p>Of a vertex there is one {@link Planned} step, at most one {@link Started}, and one {@link
 * Ended} if it was needed at all. The others come between. Events of different vertices mix; those
 * of one are in order.
 */
public sealed interface BuildEvent {
  /** When it happened. */
  Instant at();

  /** Steps that the build consists of, in the order in which to show them; more may be added. */
  record Planned(Instant at, List<Step> steps) implements BuildEvent {
    public Planned {
      steps = List.copyOf(steps);
    }
  }

  /** A step is being worked on: its cache is asked, then its bytes are fetched or it runs. */
  record Started(Instant at, Digest vertex) implements BuildEvent {}

  /**
   * Why a step runs. It comes after its {@link Started}.
   *
   * @param reasons the first cause first
   * @param against the id of the build that it was compared with; empty for none
   */
  record Because(Instant at, Digest vertex, List<Reason> reasons, String against)
      implements BuildEvent {
    public Because {
      reasons = List.copyOf(reasons);
    }
  }

  /** Output of a RUN step, in pieces as it came, not in lines. */
  record Wrote(Instant at, Digest vertex, Channel channel, String text) implements BuildEvent {}

  /**
   * Bytes on their way; repeated with the same {@code what} as they grow, last with {@code done} as
   * the whole.
   *
   * @param what what is moved, as people know it: {@code sha256:ab…}, {@code context}
   * @param source where the bytes come from
   * @param done bytes until now
   * @param total all bytes, where known
   * @param came bytes that came in this build: less than {@code done} where an earlier one left
   *     some, more where some had to come again
   */
  record Moved(
      Instant at,
      Digest vertex,
      String what,
      Source source,
      long done,
      OptionalLong total,
      long came)
      implements BuildEvent {
    /** All of it came in this build. */
    public Moved(
        Instant at, Digest vertex, String what, Source source, long done, OptionalLong total) {
      this(at, vertex, what, source, done, total, done);
    }
  }

  /**
   * A transfer of a step goes on, and will be told of by {@link Fetched} when it ends.
   *
   * @param url what is fetched
   * @param done bytes of body until now
   */
  record Fetching(Instant at, Digest vertex, String url, long done) implements BuildEvent {}

  /**
   * A transfer of a step came to its end, whether or not it was complete.
   *
   * @param url what was fetched; for what was passed through the server's name and port
   * @param how where it came from
   * @param network bytes of body from the network; of what was passed through, all that came
   * @param store bytes of body from the package store
   * @param sent bytes of request bodies; of what was passed through, all that went
   */
  record Fetched(
      Instant at, Digest vertex, String url, How how, long network, long store, long sent)
      implements BuildEvent {}

  /** What a step fetches goes past Larder, since it has the machine's own network. */
  record Uncounted(Instant at, Digest vertex) implements BuildEvent {}

  /**
   * A step used a cache mount.
   *
   * @param id of the mount
   * @param target where the step saw it
   * @param before bytes in it before the step
   * @param after bytes in it after the step
   */
  record Kept(Instant at, Digest vertex, String id, String target, long before, long after)
      implements BuildEvent {}

  /** A line about a step worth showing. */
  record Noted(Instant at, Digest vertex, String text) implements BuildEvent {}

  /** Something that the user should know and that does not fail the build. */
  record Warned(Instant at, Optional<Digest> vertex, String text) implements BuildEvent {}

  /** After the last step: something that was downloaded in vain. */
  record Wasted(Instant at, Waste waste) implements BuildEvent {}

  /** A step came to its end. */
  record Ended(Instant at, Digest vertex, Outcome outcome) implements BuildEvent {}

  /** Where bytes of a step come from. */
  enum Source {
    NETWORK,
    PACKAGE_STORE,
    CACHE_MOUNT,
    REGISTRY,
    CONTEXT,
    LAYERS
  }

  /** How a transfer of a step went. */
  enum How {
    /** It came from the server. */
    DOWNLOADED,
    /** It came from the package store, and nobody was asked. */
    REUSED,
    /** It came from the package store, after the server said that nothing is newer. */
    CHECKED,
    /** The connection was passed through; what it carried is not known. */
    PASSED,
    /** It was not allowed. */
    REFUSED,
    /** There was no answer, or one that was cut off. */
    FAILED
  }

  /** Which of its two outputs a process wrote to. */
  enum Channel {
    STDOUT,
    STDERR
  }

  /**
   * A vertex as people see it.
   *
   * @param vertex its id in the graph
   * @param name {@code [stage 2/7] RUN make}
   * @param counted whether it is an instruction of the user's, and not something internal such as
   *     loading the build context
   * @param inputs ids of the vertices that it stands on
   */
  record Step(Digest vertex, String name, boolean counted, List<Digest> inputs) {
    public Step {
      inputs = List.copyOf(inputs);
    }

    /** Without inputs. */
    public Step(Digest vertex, String name, boolean counted) {
      this(vertex, name, counted, List.of());
    }
  }

  /** How a step ended. */
  sealed interface Outcome {
    /** It ran. */
    record Ran(Duration took) implements Outcome {}

    /** An earlier result was taken. */
    record Reused() implements Outcome {}

    /** It failed, which fails the build. */
    record Failed(Duration took, String message) implements Outcome {}

    /** Another step failed, or the user stopped the build. */
    record Cancelled() implements Outcome {}
  }
}
