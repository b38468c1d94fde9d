package dev.larder.engine.fetch;

import dev.larder.engine.http.BadMessageException;
import dev.larder.engine.http.Body;
import dev.larder.engine.http.BodyWriter;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Passes the requests of one connection on and their answers back, and says what came of each. */
final class PassThrough {
  private static final int PIECE = 64 << 10;
  private static final long REPORT_EVERY = 1 << 20;

  private final ClientSide client;
  private final Upstream upstream;
  private final Allowance allowance;
  private final Transfer.Log log;

  PassThrough(ClientSide client, Upstream upstream, Allowance allowance, Transfer.Log log) {
    this.client = client;
    this.upstream = upstream;
    this.allowance = allowance;
    this.log = log;
  }

  ClientSide client() {
    return client;
  }

  Allowance allowance() {
    return allowance;
  }

  Transfer.Log log() {
    return log;
  }

  /** Passes a request on and its answer back. */
  boolean pass(Request request) throws IOException {
    Exchange.Answered answered;
    try {
      answered = ask(request, client.reader().body(request.framing()));
    } catch (ClientSide.Gone e) {
      throw e;
    } catch (IOException e) {
      return failed(request, 0, e);
    }
    return passBack(request, answered);
  }

  /**
   * Asks for the final head of an answer; interim ones are passed on.
   *
   * @param request as it is sent
   * @param body of it
   */
  Exchange.Answered ask(Request request, InputStream body) throws IOException {
    Exchange.Answered answered = Exchange.start(upstream, request, body);
    Exchange exchange = answered.exchange();
    try {
      return new Exchange.Answered(exchange, finalHead(request, answered));
    } catch (IOException e) {
      exchange.close();
      throw e;
    }
  }

  private ResponseHead finalHead(Request request, Exchange.Answered answered) throws IOException {
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

  /**
   * Passes an answer back.
   *
   * @return whether the client's connection can be used on
   */
  boolean passBack(Request request, Exchange.Answered answered) throws IOException {
    try (Exchange exchange = answered.exchange()) {
      ResponseHead head = answered.head();
      Framing framing;
      try {
        framing = Framing.of(request.head().method(), head);
        if (framing instanceof Framing.Length(long bytes)) {
          allowance.expect(request.url(), bytes);
        }
      } catch (IOException e) {
        return failed(request, exchange.sent(), e);
      }
      if (head.status() == 101) {
        upgrade(request, exchange, head);
        return false;
      }
      boolean isKept = request.isKeptAlive() && exchange.isSent();
      Framing to = ClientSide.framing(framing, request.minor());
      isKept &= !(to instanceof Framing.Close);
      client.answer(head, to, request, isKept);
      carry(request, exchange, framing, to);
      exchange.release(head, framing);
      return isKept;
    }
  }

  /** Carries the body of an answer, and says what came of it. */
  private void carry(Request request, Exchange exchange, Framing from, Framing to)
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
  private void upgrade(Request request, Exchange exchange, ResponseHead head) throws IOException {
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
  boolean failed(Request request, long sent, IOException why) throws IOException {
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
    return inOurWords(request, status, reason);
  }

  /** Says that a request is not let through. */
  boolean refuse(Request request, int status, String reason) throws IOException {
    log.ended(new Transfer(request.url(), Transfer.How.REFUSED, 0, 0, 0, reason));
    return inOurWords(request, status, reason);
  }

  private boolean inOurWords(Request request, int status, String reason) throws IOException {
    boolean isKept = request.isKeptAlive() && request.minor() > 0 && !request.hasBody();
    client.error(status, reason, request.is("HEAD"), isKept);
    return isKept;
  }

  static String message(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
