package dev.larder.engine.history;

import com.google.gson.JsonObject;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.BuildEvent;
import dev.larder.engine.event.Events;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the steps of a build write, as it comes: a killed build leaves what was written until
 * then. The file is made by the first piece, so a build that reuses everything leaves none.
 *
 * <p>Of each step as much is kept as BuildKit shows of it: 2 MiB, and no more than 200 KiB a
 * second; a note stands where something is left out.
 */
public final class LogWriter implements Events, AutoCloseable {
  private static final long LONGEST = 2 << 20;
  private static final long A_SECOND = 200 << 10;

  private final Path file;
  private final Map<Digest, Step> steps = new HashMap<>();
  private @Nullable OutputStream out;
  private @Nullable IOException failure;

  LogWriter(Path file) {
    this.file = file;
  }

  /** How much of a step was kept. */
  private static final class Step {
    private final Instant first;
    private long kept;
    private boolean clipping;

    Step(Instant first) {
      this.first = first;
    }

    /** How many bytes more may be kept now. */
    long left(Instant now) {
      long seconds = 1 + Math.max(0, Duration.between(first, now).toSeconds());
      return Math.min(LONGEST, A_SECOND * seconds) - kept;
    }
  }

  @Override
  public synchronized void accept(BuildEvent event) {
    if (event instanceof BuildEvent.Wrote wrote && failure == null) {
      try {
        keep(wrote);
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  private void keep(BuildEvent.Wrote wrote) throws IOException {
    Step step = steps.computeIfAbsent(wrote.vertex(), vertex -> new Step(wrote.at()));
    byte[] bytes = wrote.text().getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= step.left(wrote.at())) {
      step.kept += bytes.length;
      step.clipping = false;
      write(wrote, wrote.text());
    } else if (!step.clipping) {
      step.clipping = true;
      String limit = step.kept + bytes.length > LONGEST ? "2MiB" : "200KiB/s";
      write(wrote, "\n[output clipped, log limit " + limit + " reached]\n");
    }
  }

  private void write(BuildEvent.Wrote wrote, String text) throws IOException {
    OutputStream open = out;
    if (open == null) {
      // Not a channel: an interrupt, by which builds are cancelled, would close it.
      open = new FileOutputStream(file.toFile());
      out = open;
    }
    JsonObject json = new JsonObject();
    json.addProperty("at", wrote.at().toString());
    json.addProperty("vertex", wrote.vertex().toString());
    json.addProperty("stream", wrote.channel() == BuildEvent.Channel.STDOUT ? 1 : 2);
    json.addProperty("text", text);
    open.write((json + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** What kept it from keeping all, if anything did. */
  public synchronized Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public synchronized void close() throws IOException {
    if (out != null) {
      out.close();
    }
  }
}
