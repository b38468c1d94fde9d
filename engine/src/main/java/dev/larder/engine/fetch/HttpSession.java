package dev.larder.engine.fetch;

import dev.larder.engine.http.BadMessageException;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.RequestHead;
import dev.larder.engine.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Answers the requests of a step's connection, one after another, for as long as it lasts. Bodies
 * pass in small pieces both ways; an answer that its server cut is cut for the step too, never
 * ended as if it were whole.
 */
public final class HttpSession {
  private final Upstream upstream;
  private final Optional<PackageCache.View> packages;
  private final FetchPolicy policy;
  private final Allowance allowance;
  private final Transfer.Log log;

  /**
   * Answers requests of one step. For any number of connections at once.
   *
   * @param packages the package store as the build sees it; used if the policy says so
   */
  public HttpSession(
      Upstream upstream,
      Optional<PackageCache.View> packages,
      FetchPolicy policy,
      Allowance allowance,
      Transfer.Log log) {
    this.upstream = upstream;
    this.packages = packages.filter(view -> policy.packages());
    this.policy = policy;
    this.allowance = allowance;
    this.log = log;
  }

  /** Answers requests of one step, and keeps nothing. */
  public HttpSession(Upstream upstream, FetchPolicy policy, Allowance allowance, Transfer.Log log) {
    this(upstream, Optional.empty(), policy, allowance, log);
  }

  /**
   * Serves a connection until either side ends it; the caller then closes it. TLS is done by the
   * caller. What is to be kept of it is kept when this returns.
   *
   * @throws IOException if an answer could not be brought to its end: the connection must be
   *     closed, at best in a way that the step can't take for a regular end
   */
  public void serve(InputStream in, OutputStream out, Route route) throws IOException {
    ClientSide client = new ClientSide(in, out);
    PassThrough through = new PassThrough(client, upstream, allowance, log);
    try (Answers answers = answers(through)) {
      boolean more = true;
      while (more) {
        more = one(client, answers, route);
      }
    } catch (ClientSide.Gone e) {
      return; // the step has what it wanted, or is gone
    }
  }

  /** What answers requests that have been understood. */
  interface Answers extends AutoCloseable {
    /** Answers one, and says whether the connection can be used on. */
    boolean answer(Request request) throws IOException;

    @Override
    void close();
  }

  private Answers answers(PassThrough through) {
    if (packages.isPresent()) {
      return new PackageAnswers(packages.get(), through, policy.offline());
    }
    return new Answers() {
      @Override
      public boolean answer(Request request) throws IOException {
        if (policy.offline()) {
          return through.refuse(
              request, 504, PackageAnswers.missing(request) + ", and the build is offline");
        }
        return through.pass(request);
      }

      @Override
      public void close() {}
    };
  }

  private boolean one(ClientSide client, Answers answers, Route route) throws IOException {
    Request request;
    try {
      Optional<RequestHead> head = client.reader().request();
      if (head.isEmpty()) {
        return false;
      }
      if (head.get().method().equals("CONNECT")) {
        connect(client, route, head.get());
        return false;
      }
      Authority authority = Authority.of(head.get());
      try {
        request = Request.of(head.get(), authority, route.origin(authority.text()));
      } catch (BadMessageException e) {
        throw e;
      } catch (IOException e) {
        return unreachable(client, authority.text(), head.get(), e);
      }
    } catch (BadMessageException e) {
      client.error(e.status(), PassThrough.message(e), false, false);
      return false;
    }
    return answers.answer(request);
  }

  private boolean unreachable(
      ClientSide client, String authority, RequestHead head, IOException why) throws IOException {
    boolean isRefused = why instanceof RefusedException;
    String url = "http://" + authority + (head.target().startsWith("/") ? head.target() : "");
    int query = url.indexOf('?');
    log.ended(
        new Transfer(
            query < 0 ? url : url.substring(0, query),
            isRefused ? Transfer.How.REFUSED : Transfer.How.FAILED,
            0,
            0,
            0,
            PassThrough.message(why)));
    client.error(
        isRefused ? 403 : 502, PassThrough.message(why), head.method().equals("HEAD"), false);
    return false;
  }

  private void connect(ClientSide client, Route route, RequestHead head) throws IOException {
    Optional<Route.Tunnel> tunnel;
    try {
      tunnel = route.connect(head.target());
    } catch (IOException e) {
      client.error(e instanceof RefusedException ? 403 : 502, PassThrough.message(e), false, false);
      return;
    }
    if (tunnel.isEmpty()) {
      client.error(405, "CONNECT to what is no proxy", false, false);
      return;
    }
    client.writer().head(new ResponseHead(1, 200, "Connection established", Fields.NONE));
    tunnel.get().run(client.reader().rest(), client.out());
  }
}
