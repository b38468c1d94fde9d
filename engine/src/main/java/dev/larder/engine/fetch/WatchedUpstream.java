package dev.larder.engine.fetch;

import dev.larder.engine.http.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The way to servers of one step; notices whether it sends what must not be sent twice. */
public final class WatchedUpstream implements Upstream {
  private final Upstream upstream;
  private volatile boolean hasSent;

  /** Nothing sent yet. */
  public WatchedUpstream(Upstream upstream) {
    this.upstream = upstream;
  }

  /** Whether there was another request than for a file. */
  boolean hasSent() {
    return hasSent;
  }

  @Override
  public Connection connect(Origin origin) throws IOException {
    return new Watched(upstream.connect(origin));
  }

  /** Git fetches by POST (gitprotocol-http), which changes nothing either. */
  private static boolean isSafe(RequestHead head) {
    return switch (head.method()) {
      case "GET", "HEAD" -> true;
      case "POST" -> head.target().endsWith("/git-upload-pack");
      default -> false;
    };
  }

  private final class Watched implements Connection {
    private final Connection connection;

    Watched(Connection connection) {
      this.connection = connection;
    }

    @Override
    public InputStream in() {
      return connection.in();
    }

    @Override
    public OutputStream out() {
      return connection.out();
    }

    @Override
    public RequestHead addressed(RequestHead head) {
      if (!isSafe(head)) {
        hasSent = true;
      }
      return connection.addressed(head);
    }

    @Override
    public boolean isReused() {
      return connection.isReused();
    }

    @Override
    public void release() throws IOException {
      connection.release();
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }
}
