package dev.larder.engine.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the messages of one side of a connection. For one thread. */
public final class MessageWriter {
  private final OutputStream out;

  /** Writes to a stream; nothing is closed. */
  public MessageWriter(OutputStream out) {
    this.out = out;
  }

  /** Writes a head and flushes it. */
  public void head(RequestHead head) throws IOException {
    write(head.method() + " " + head.target() + " HTTP/1." + head.minor(), head.fields());
  }

  /** Writes a head and flushes it. */
  public void head(ResponseHead head) throws IOException {
    write("HTTP/1." + head.minor() + " " + head.status() + " " + head.reason(), head.fields());
  }

  /** Where the body of the message goes whose head was written last. */
  public BodyWriter body(Framing framing) {
    return switch (framing) {
      case Framing.None() -> new BodyWriter.Plain(out, 0);
      case Framing.Length(long bytes) -> new BodyWriter.Plain(out, bytes);
      case Framing.Chunked() -> new BodyWriter.Chunked(out);
      case Framing.Close() -> new BodyWriter.Plain(out, -1);
    };
  }

  private void write(String first, Fields fields) throws IOException {
    StringBuilder text = new StringBuilder(first).append("\r\n");
    for (Field field : fields.all()) {
      text.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    text.append("\r\n");
    out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** The bytes of trailers with the empty line after them. */
  static byte[] trailers(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("0\r\n".getBytes(StandardCharsets.ISO_8859_1));
    for (Field field : fields.all()) {
      bytes.write(
          (field.name() + ": " + field.value() + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }
    bytes.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
    return bytes.toByteArray();
  }
}
