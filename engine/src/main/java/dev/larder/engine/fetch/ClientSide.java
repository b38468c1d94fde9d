package dev.larder.engine.fetch;

import dev.larder.engine.http.Fields;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.MessageReader;
import dev.larder.engine.http.MessageWriter;
import dev.larder.engine.http.ResponseHead;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The step's side of a connection. */
final class ClientSide {
  private final MessageReader reader;
  private final OutputStream out;
  private final MessageWriter writer;

  ClientSide(InputStream in, OutputStream out) {
    this.reader = new MessageReader(in);
    this.out = new Guarded(out);
    this.writer = new MessageWriter(this.out);
  }

  MessageReader reader() {
    return reader;
  }

  MessageWriter writer() {
    return writer;
  }

  OutputStream out() {
    return out;
  }

  /** The framing of an answer for a client of this version. */
  static Framing framing(Framing from, int minor) {
    return switch (from) {
      case Framing.None none -> none;
      case Framing.Length length -> length;
      case Framing.Chunked(), Framing.Close() ->
          minor > 0 ? new Framing.Chunked() : new Framing.Close();
    };
  }

  /**
   * Writes the head of a final answer.
   *
   * @param framing of what follows
   * @param isKept whether the connection is used on
   */
  void answer(ResponseHead head, Framing framing, Request request, boolean isKept)
      throws IOException {
    Fields fields = Request.withoutHops(head.fields());
    if (!(framing instanceof Framing.None || framing instanceof Framing.Length)) {
      fields = fields.without("Content-Length");
    }
    if (framing instanceof Framing.Chunked) {
      fields = fields.and("Transfer-Encoding", "chunked");
    }
    if (!isKept) {
      fields = fields.and("Connection", "close");
    } else if (request.minor() == 0) {
      fields = fields.and("Connection", "keep-alive");
    }
    writer.head(new ResponseHead(1, head.status(), head.reason(), fields));
  }

  /** Answers in our own words. */
  void error(int status, String text, boolean isHead, boolean isKept) throws IOException {
    byte[] body = ("larder: " + text + "\n").getBytes(StandardCharsets.UTF_8);
    Fields fields =
        Fields.of(
            "Content-Type",
            "text/plain; charset=utf-8",
            "Content-Length",
            Integer.toString(body.length),
            "Cache-Control",
            "no-store");
    if (!isKept) {
      fields = fields.and("Connection", "close");
    }
    writer.head(new ResponseHead(1, status, reason(status), fields));
    if (!isHead) {
      out.write(body);
    }
    out.flush();
  }

  private static String reason(int status) {
    return switch (status) {
      case 403 -> "Forbidden";
      case 405 -> "Method Not Allowed";
      case 414 -> "URI Too Long";
      case 416 -> "Range Not Satisfiable";
      case 431 -> "Request Header Fields Too Large";
      case 501 -> "Not Implemented";
      case 502 -> "Bad Gateway";
      case 504 -> "Gateway Timeout";
      case 505 -> "HTTP Version Not Supported";
      default -> "Bad Request";
    };
  }

  /** The step has closed its end: nobody is there to tell. */
  static final class Gone extends IOException {
    private static final long serialVersionUID = 1L;

    Gone(IOException cause) {
      super("the step closed the connection", cause);
    }
  }

  /** Tells failures of this side from those of the other. */
  private static final class Guarded extends FilterOutputStream {
    Guarded(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        throw new Gone(e);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        throw new Gone(e);
      }
    }
  }
}
