package dev.larder.engine.fetch;

import dev.larder.engine.http.BadMessageException;
import dev.larder.engine.http.Body;
import dev.larder.engine.http.BodyWriter;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.RequestHead;
import dev.larder.engine.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers the requests of a step's connection, one after another, for as long as it lasts. Bodies
 * pass in small pieces both ways; an answer that its server cut is cut for the step too, never
 * ended as if it were whole.
 */
public final class HttpSession {
  private static final int PIECE = 64 << 10;
  private static final long REPORT_EVERY = 1 << 20;

  private final Upstream upstream;
  private final FetchPolicy policy;
  private final Allowance allowance;
  private final Transfer.Log log;

  /** Answers requests of one step. For any number of connections at once. */
  public HttpSession(Upstream upstream, FetchPolicy policy, Allowance allowance, Transfer.Log log) {
    this.upstream = upstream;
    this.policy = policy;
    this.allowance = allowance;
    this.log = log;
  }

  /**
   * Serves a connection until either side ends it; the caller then closes it. TLS is done by the
   * caller.
   *
   * @throws IOException if an answer could not be brought to its end: the connection must be
   *     closed, at best in a way that the step can't take for a regular end
   */
  public void serve(InputStream in, OutputStream out, Route route) throws IOException {
    ClientSide client = new ClientSide(in, out);
    try {
      boolean more = true;
      while (more) {
        more = one(client, route);
      }
    } catch (ClientSide.Gone e) {
      return; // the step has what it wanted, or is gone
    }
  }

  private boolean one(ClientSide client, Route route) throws IOException {
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
      client.error(e.status(), message(e), false, false);
      return false;
    }
    if (policy.offline()) {
      return refuse(
          client,
          request,
          504,
          "fetch " + request.url() + ": not in the package store, and the build is offline");
    }
    return passOn(client, request);
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
            message(why)));
    client.error(isRefused ? 403 : 502, message(why), head.method().equals("HEAD"), false);
    return false;
  }

  private void connect(ClientSide client, Route route, RequestHead head) throws IOException {
    Optional<Route.Tunnel> tunnel;
    try {
      tunnel = route.connect(head.target());
    } catch (IOException e) {
      client.error(e instanceof RefusedException ? 403 : 502, message(e), false, false);
      return;
    }
    if (tunnel.isEmpty()) {
      client.error(405, "CONNECT to what is no proxy", false, false);
      return;
    }
    client.writer().head(new ResponseHead(1, 200, "Connection established", Fields.NONE));
    tunnel.get().run(client.reader().rest(), client.out());
  }

  private boolean refuse(ClientSide client, Request request, int status, String reason)
      throws IOException {
    log.ended(new Transfer(request.url(), Transfer.How.REFUSED, 0, 0, 0, reason));
    boolean isKept = request.isKeptAlive() && request.minor() > 0 && !request.hasBody();
    client.error(status, reason, request.is("HEAD"), isKept);
    return isKept;
  }

  /** Passes a request on and its answer back. */
  private boolean passOn(ClientSide client, Request request) throws IOException {
    Body body = client.reader().body(request.framing());
    Exchange.Answered answered;
    try {
      answered = Exchange.start(upstream, request, body);
    } catch (IOException e) {
      return failed(client, request, 0, e);
    }
    try (Exchange exchange = answered.exchange()) {
      ResponseHead head;
      Framing framing;
      try {
        head = finalHead(client, request, answered);
        framing = Framing.of(request.head().method(), head);
        if (framing instanceof Framing.Length(long bytes)) {
          allowance.expect(request.url(), bytes);
        }
      } catch (ClientSide.Gone e) {
        throw e;
      } catch (IOException e) {
        return failed(client, request, exchange.sent(), e);
      }
      if (head.status() == 101) {
        upgrade(client, request, exchange, head);
        return false;
      }
      boolean isKept = request.isKeptAlive() && exchange.isSent();
      Framing to = ClientSide.framing(framing, request.minor());
      isKept &= !(to instanceof Framing.Close);
      client.answer(head, to, request, isKept);
      carry(client, request, exchange, framing, to);
      exchange.release(head, framing);
      return isKept;
    }
  }

  private ResponseHead finalHead(ClientSide client, Request request, Exchange.Answered answered)
      throws IOException {
    ResponseHead head = answered.head();
    while (head.isInterim()) {
      if (request.minor() > 0) {
        client.writer().head(head.with(Request.withoutHops(head.fields())));
      }
      head = answered.exchange().reader().response();
    }
    if (head.status() == 101 && request.upgrade().isEmpty()) {
      throw new BadMessageException(502, "another protocol that was not asked for");
    }
    return head;
  }

  /** Carries the body of an answer, and says what came of it. */
  private void carry(
      ClientSide client, Request request, Exchange exchange, Framing from, Framing to)
      throws IOException {
    Body body = exchange.reader().body(from);
    BodyWriter writer = client.writer().body(to);
    long total = from instanceof Framing.Length(long bytes) ? bytes : -1;
    long came = 0;
    Transfer.How how = Transfer.How.FAILED;
    String reason = "";
    try {
      byte[] piece = new byte[PIECE];
      long reported = 0;
      for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
        came += n;
        allowance.take(request.url(), n);
        writer.write(piece, 0, n);
        if (came - reported >= REPORT_EVERY) {
          log.moving(request.url(), Transfer.How.DOWNLOADED, came, total);
          reported = came;
        }
      }
      writer.end(body.trailers());
      how = Transfer.How.DOWNLOADED;
    } catch (IOException e) {
      how = e instanceof RefusedException ? Transfer.How.REFUSED : how;
      reason = message(e);
      throw e;
    } finally {
      log.ended(new Transfer(request.url(), how, came, 0, exchange.sent(), reason));
    }
  }

  /** The connection speaks something else from now on. */
  private void upgrade(ClientSide client, Request request, Exchange exchange, ResponseHead head)
      throws IOException {
    client.writer().head(head);
    Upstream.Connection connection = exchange.connection();
    AtomicLong sent = new AtomicLong();
    Thread.ofVirtual()
        .name("upgraded connection")
        .start(
            () -> {
              try (connection) {
                copy(client.reader().rest(), connection.out(), sent);
              } catch (IOException e) {
                // Closing the connection ends the other direction too.
              }
            });
    long received = 0;
    InputStream rest = exchange.reader().rest();
    try {
      byte[] piece = new byte[PIECE];
      for (int n = rest.read(piece); n >= 0; n = rest.read(piece)) {
        received += n;
        allowance.take(request.url(), n);
        client.out().write(piece, 0, n);
        client.out().flush();
      }
    } catch (RefusedException e) {
      throw e;
    } catch (IOException e) {
      // The client ended it, and with it the connection that is read here.
    } finally {
      log.ended(new Transfer(request.url(), Transfer.How.PASSED, received, 0, sent.get()));
    }
  }

  private static void copy(InputStream in, OutputStream out, AtomicLong count) throws IOException {
    byte[] piece = new byte[PIECE];
    for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
      out.write(piece, 0, n);
      out.flush();
      count.addAndGet(n);
    }
  }

  /** Says that there is no answer; nothing of one was sent yet. */
  private boolean failed(ClientSide client, Request request, long sent, IOException why)
      throws IOException {
    boolean isRefused = why instanceof RefusedException;
    String reason = "fetch " + request.url() + ": " + message(why);
    log.ended(
        new Transfer(
            request.url(),
            isRefused ? Transfer.How.REFUSED : Transfer.How.FAILED,
            0,
            0,
            sent,
            reason));
    int status = why instanceof SocketTimeoutException ? 504 : isRefused ? 403 : 502;
    boolean isKept = request.isKeptAlive() && request.minor() > 0 && !request.hasBody();
    client.error(status, reason, request.is("HEAD"), isKept);
    return isKept;
  }

  private static String message(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
