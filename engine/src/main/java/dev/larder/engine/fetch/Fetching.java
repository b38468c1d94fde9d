package dev.larder.engine.fetch;

import dev.larder.engine.http.Body;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.ResponseHead;
import dev.larder.engine.packages.Part;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One download into the package store, and those who follow it: each reads at its own pace what has
 * been written so far. It has a thread of its own, so that no client holds another up, and ends
 * early when nobody follows it any more; what is there is then kept as a part.
 *
 * <p>Where the disk is full nothing is kept, but those who follow get the rest all the same, piece
 * by piece, at the pace of the slowest.
 */
final class Fetching {
  private static final int PIECE = 64 << 10;

  private final Exchange exchange;
  private final ResponseHead answered;
  private final Framing framing;
  private final Part part;
  private final String url;
  private final Runnable onEnd;
  private final Deque<Follower> followers = new ArrayDeque<>(); // all below: guarded by this
  private long written;
  private byte @Nullable [] piece;
  private boolean isSpilling;
  private boolean isWhole;
  private boolean isOver;
  private @Nullable IOException failure;
  private Fields trailers = Fields.NONE;

  /**
   * Made by the one who asked, who then follows it and starts it.
   *
   * @param answered the head of the answer
   * @param part begun, with what is there already
   * @param onEnd is run when it is over
   */
  Fetching(
      Exchange exchange,
      ResponseHead answered,
      Framing framing,
      Part part,
      String url,
      Runnable onEnd) {
    this.exchange = exchange;
    this.answered = answered;
    this.framing = framing;
    this.part = part;
    this.url = url;
    this.onEnd = onEnd;
    this.written = part.size();
  }

  void start() {
    Thread.ofVirtual().name("larder-fetch").start(this::run);
  }

  private void run() {
    try {
      Body body = exchange.reader().body(framing);
      byte[] bytes = new byte[PIECE];
      for (int n = body.read(bytes); n >= 0; n = body.read(bytes)) {
        came(n);
        keep(bytes, n);
      }
      ended(body.trailers());
      if (!isSpilling()) {
        part.commit();
      }
      exchange.release(answered, framing);
    } catch (IOException e) {
      failed(e);
    } catch (InterruptedException e) {
      failed(new InterruptedIOException("fetch " + url + ": interrupted"));
    } finally {
      over();
    }
  }

  private void over() {
    try (part) {
      if (isSpilling()) {
        part.drop();
      }
    } catch (IOException e) {
      // What can't be kept is fetched again.
    } finally {
      exchange.close();
      onEnd.run();
      synchronized (this) {
        isOver = true;
        notifyAll();
      }
    }
  }

  private synchronized boolean isSpilling() {
    return isSpilling;
  }

  private synchronized void ended(Fields last) {
    trailers = last;
    isWhole = true;
    notifyAll();
  }

  private synchronized void failed(IOException e) {
    if (!isWhole) {
      failure = e;
    }
    notifyAll();
  }

  /** Counts bytes for the first of those who follow; one who may not have them drops out. */
  private synchronized void came(int n) throws IOException {
    Follower payer = followers.peekFirst();
    if (payer == null) {
      throw new InterruptedIOException("fetch " + url + ": nobody wants it any more");
    }
    payer.network += n;
    try {
      payer.allowance.take(url, n);
    } catch (RefusedException e) {
      payer.refusal = e;
      followers.remove(payer);
      notifyAll();
      if (followers.isEmpty()) {
        throw e;
      }
    }
  }

  private void keep(byte[] bytes, int n) throws InterruptedException {
    if (!isSpilling()) {
      try {
        part.append(bytes, n);
        synchronized (this) {
          written += n;
          notifyAll();
        }
        return;
      } catch (IOException e) {
        // The disk is full or broken: from here on nothing is kept.
      }
    }
    synchronized (this) {
      isSpilling = true;
      piece = Arrays.copyOf(bytes, n);
      notifyAll();
      while (followers.stream().anyMatch(follower -> follower.position < written + n)) {
        wait();
      }
      piece = null;
      written += n;
    }
  }

  /**
   * Follows it from its first byte.
   *
   * @return nothing if that is no longer possible
   */
  synchronized Optional<Follower> follow(Allowance allowance) {
    if (isSpilling || failure != null || isOver) {
      return Optional.empty();
    }
    try {
      Follower follower = new Follower(allowance, part.read(), written);
      followers.add(follower);
      return Optional.of(follower);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether all of the body has come. */
  synchronized boolean isWhole() {
    return isWhole;
  }

  synchronized boolean isOver() {
    return isOver;
  }

  /** Returns when what can be kept is kept. */
  synchronized void await() {
    boolean interrupted = false;
    while (!isOver) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One of those who follow. For one thread. */
  final class Follower implements Closeable {
    private final Allowance allowance;
    private final FileChannel file;
    private final long before;
    private long position; // guarded by the fetching, as are those below
    private long network;
    private @Nullable RefusedException refusal;

    private Follower(Allowance allowance, FileChannel file, long before) {
      this.allowance = allowance;
      this.file = file;
      this.before = before;
    }

    /** Reads on, and waits for what has not come; -1 at the end. */
    int read(byte[] into) throws IOException {
      int n = ready(into);
      if (n <= 0) {
        return n == 0 ? fromFile(into) : n;
      }
      return n;
    }

    /** Waits; 0 if there is more in the file, else what was read, -1 at the end. */
    private int ready(byte[] into) throws IOException {
      synchronized (Fetching.this) {
        while (true) {
          if (refusal != null) {
            throw refusal;
          }
          if (position < written && (!isSpilling || position < fileEnd())) {
            return 0;
          }
          byte[] current = piece;
          if (current != null && position == written) {
            System.arraycopy(current, 0, into, 0, current.length);
            position += current.length;
            Fetching.this.notifyAll();
            return current.length;
          }
          if (isWhole) {
            return -1;
          }
          if (failure != null) {
            throw new IOException(PassThrough.message(failure), failure);
          }
          waiting();
        }
      }
    }

    private void waiting() throws InterruptedIOException {
      try {
        Fetching.this.wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("fetch " + url + ": interrupted");
      }
    }

    private int fromFile(byte[] into) throws IOException {
      long at;
      int most;
      synchronized (Fetching.this) {
        at = position;
        most = (int) Math.min(into.length, fileEnd() - at);
      }
      int n = file.read(ByteBuffer.wrap(into, 0, most), at);
      if (n <= 0) {
        throw new IOException("read what was fetched of " + url + ": the file is too short");
      }
      synchronized (Fetching.this) {
        position += n;
        Fetching.this.notifyAll();
      }
      return n;
    }

    private long fileEnd() {
      return isSpilling ? part.size() : written;
    }

    Fields trailers() {
      synchronized (Fetching.this) {
        return trailers;
      }
    }

    /** Bytes that came from the network on its account; all of them once it is closed. */
    long network() {
      synchronized (Fetching.this) {
        return network;
      }
    }

    /** Bytes that were there before it followed. */
    long before() {
      return before;
    }

    /** Leaves. The last to do so ends the download, if it goes on. */
    @Override
    public void close() throws IOException {
      boolean isLast;
      synchronized (Fetching.this) {
        followers.remove(this);
        isLast = followers.isEmpty() && !isWhole && failure == null;
        Fetching.this.notifyAll();
      }
      if (isLast) {
        exchange.close();
        await();
      }
      file.close();
    }
  }
}
