package dev.larder.engine.packages;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.http.Field;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.MessageReader;
import dev.larder.engine.http.MessageWriter;
import dev.larder.engine.http.RequestHead;
import dev.larder.engine.http.ResponseHead;
import dev.larder.engine.httpcache.StoredResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Variants as text: for each the head of a request and that of its response, as HTTP writes them.
 * The request's first fields are what is known of the variant; then come those that it varied by.
 */
final class VariantText {
  private static final List<String> KNOWN =
      List.of("Kind", "Scope", "Asked", "Came", "Size", "Body");

  private VariantText() {}

  static String write(String url, List<Variant> variants) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MessageWriter writer = new MessageWriter(out);
    for (Variant variant : variants) {
      List<Field> fields = new ArrayList<>();
      List<String> values =
          List.of(
              variant.kind().name(),
              variant.scope(),
              variant.response().requested().toString(),
              variant.response().received().toString(),
              Long.toString(variant.size()),
              variant.body().toString());
      for (int i = 0; i < values.size(); i++) {
        fields.add(new Field(KNOWN.get(i), values.get(i)));
      }
      fields.addAll(variant.selecting().all());
      writer.head(new RequestHead("GET", url.replace(' ', '+'), 1, new Fields(fields)));
      writer.head(variant.response().head());
    }
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  /** What can be read of a text; a torn one has less. */
  static List<Variant> read(String text) {
    MessageReader reader =
        new MessageReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    List<Variant> variants = new ArrayList<>();
    try {
      for (Optional<RequestHead> head = reader.request();
          head.isPresent();
          head = reader.request()) {
        variants.add(variant(head.get().fields(), reader.response()));
      }
    } catch (IOException | DateTimeException | IllegalArgumentException e) {
      return variants; // lost in a crash: it is fetched again
    }
    return variants;
  }

  /** The URL that a text is of, for people; empty if it is torn. */
  static String url(String text) {
    String[] first = text.lines().findFirst().orElse("").split(" ", -1);
    return first.length == 3 ? first[1] : "";
  }

  private static Variant variant(Fields fields, ResponseHead response) throws IOException {
    for (String name : KNOWN) {
      if (!fields.has(name)) {
        throw new IOException("no " + name);
      }
    }
    return new Variant(
        Variant.Kind.valueOf(fields.first("Kind").orElse("")),
        fields.first("Scope").orElse(""),
        new Fields(fields.all().subList(KNOWN.size(), fields.all().size())),
        new StoredResponse(
            response,
            Instant.parse(fields.first("Asked").orElse("")),
            Instant.parse(fields.first("Came").orElse(""))),
        Digest.parse(fields.first("Body").orElse("")),
        Long.parseLong(fields.first("Size").orElse("")));
  }
}
