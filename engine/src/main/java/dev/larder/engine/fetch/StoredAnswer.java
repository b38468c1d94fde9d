package dev.larder.engine.fetch;

import dev.larder.engine.http.BodyWriter;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.Framing;
import dev.larder.engine.http.ResponseHead;
import dev.larder.engine.httpcache.ByteRange;
import dev.larder.engine.httpcache.Conditions;
import dev.larder.engine.packages.Variant;
import dev.larder.engine.store.BlobStore.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/**
 * An answer from the store.
 *
 * @param variant what is kept of it
 * @param body whole
 */
record StoredAnswer(Variant variant, Blob body) {
  private static final int PIECE = 64 << 10;

  /** What a 304 leaves out: the client has it (RFC 9110 §15.4.5). */
  private static final List<String> OF_THE_BODY =
      List.of("Content-Length", "Content-Type", "Content-Encoding", "Content-Language");

  /** A head, and the part of the body that goes with it. */
  private record Reply(ResponseHead head, ByteRange part) {}

  /** What a request gets of it: the whole, a part, or that the client has it already. */
  private Reply reply(Request request, Instant now) {
    ResponseHead kept = variant.response().head();
    long size = variant.size();
    String age = Long.toString(variant.response().age(now).toSeconds());
    Fields fields = kept.fields().with("Content-Length", Long.toString(size)).with("Age", age);
    ByteRange nothing = new ByteRange(0, 0);
    if (kept.status() != 200) {
      return new Reply(kept.with(fields), new ByteRange(0, size));
    }
    Conditions conditions = Conditions.of(request.fields());
    switch (conditions.outcome(variant.response().validators())) {
      case NOT_MODIFIED -> {
        return new Reply(notModified(fields), nothing);
      }
      case FAILED -> {
        Fields empty = fields.without(OF_THE_BODY).with("Content-Length", "0");
        return new Reply(new ResponseHead(1, 412, "Precondition Failed", empty), nothing);
      }
      case MET -> {}
    }
    boolean isPart = request.is("GET") && conditions.isRangeOf(variant.response().validators());
    return switch (ByteRange.of(isPart ? request.fields().joined("Range") : "", size)) {
      case ByteRange.Asked.Whole() -> new Reply(kept.with(fields), new ByteRange(0, size));
      case ByteRange.Asked.Part(ByteRange range) ->
          new Reply(
              new ResponseHead(
                  1,
                  206,
                  "Partial Content",
                  fields
                      .with("Content-Length", Long.toString(range.length()))
                      .with("Content-Range", range.contentRange(size))),
              range);
      case ByteRange.Asked.Unsatisfiable() ->
          new Reply(
              new ResponseHead(
                  1,
                  416,
                  "Range Not Satisfiable",
                  fields
                      .without(OF_THE_BODY)
                      .with("Content-Length", "0")
                      .with("Content-Range", ByteRange.unsatisfiable(size))),
              nothing);
    };
  }

  /** The head that tells a client that what it has is current. */
  static ResponseHead notModified(Fields fields) {
    return new ResponseHead(1, 304, "Not Modified", fields.without(OF_THE_BODY));
  }

  /**
   * Answers with it.
   *
   * @return whether the connection can be used on
   */
  boolean send(Request request, Transfer.How how, Instant now, PassThrough through)
      throws IOException {
    Reply reply = reply(request, now);
    boolean isKept = request.isKeptAlive();
    boolean hasBody = reply.head().status() != 304 && !request.is("HEAD");
    Framing framing = hasBody ? new Framing.Length(reply.part().length()) : new Framing.None();
    long sent = 0;
    String reason = "";
    try (InputStream in = body.open()) {
      through.client().answer(reply.head(), framing, request, isKept);
      BodyWriter writer = through.client().writer().body(framing);
      if (hasBody) {
        in.skipNBytes(reply.part().from());
        byte[] piece = new byte[(int) Math.min(PIECE, Math.max(1, reply.part().length()))];
        for (long left = reply.part().length(); left > 0; ) {
          int n = in.read(piece, 0, (int) Math.min(piece.length, left));
          if (n < 0) {
            throw new IOException("read what is kept of " + request.url() + ": too short");
          }
          writer.write(piece, 0, n);
          left -= n;
          sent += n;
        }
      }
      writer.end(Fields.NONE);
    } catch (IOException e) {
      reason = PassThrough.message(e);
      throw e;
    } finally {
      through.log().ended(new Transfer(request.url(), how, 0, sent, 0, reason));
    }
    return isKept;
  }
}
