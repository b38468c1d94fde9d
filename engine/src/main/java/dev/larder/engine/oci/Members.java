package dev.larder.engine.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.larder.engine.digest.Digest;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.regex.Pattern;

/**
 * The members of a JSON object that came from elsewhere, read with the types they should have.
 *
 * <p>A member that is absent or {@code null} is empty, as Go reads it; one of another type is a
 * {@link MalformedDocumentException} that names the document and the path of the member.
 */
public final class Members {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");

  private final String document;
  private final String path;
  private final JsonObject object;

  private Members(String document, String path, JsonObject object) {
    this.document = document;
    this.path = path;
    this.object = object;
  }

  /**
   * Parses a document that is one JSON object (RFC 8259, strictly).
   *
   * @param document what to call it in errors
   * @throws MalformedDocumentException if it is anything else
   */
  public static Members parse(String document, byte[] bytes) throws MalformedDocumentException {
    JsonReader reader = new JsonReader(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement root = JsonParser.parseReader(reader);
      if (!(root instanceof JsonObject object)) {
        throw failure(document, "expected a JSON object, found " + kind(root));
      }
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw failure(document, "more text after the JSON object");
      }
      return new Members(document, "", object);
    } catch (MalformedDocumentException e) {
      throw e;
    } catch (JsonParseException | IOException e) {
      throw failure(document, "not JSON: " + firstLine(e));
    }
  }

  static Members of(String document, JsonObject object) {
    return new Members(document, "", object);
  }

  /** The names of the members, in order. */
  public SequencedSet<String> names() {
    return new LinkedHashSet<>(object.keySet());
  }

  /** Whether there is such a member other than {@code null}. */
  public boolean has(String name) {
    JsonElement value = object.get(name);
    return value != null && !(value instanceof JsonNull);
  }

  /** A text, or empty. */
  public Optional<String> text(String name) throws MalformedDocumentException {
    return has(name) ? Optional.of(text(name, object.get(name))) : Optional.empty();
  }

  /** A text that must be there. */
  public String requiredText(String name) throws MalformedDocumentException {
    return text(name).orElseThrow(() -> malformed(name, "missing"));
  }

  /** A whole number of at most 18 digits, or empty. */
  public OptionalLong number(String name) throws MalformedDocumentException {
    if (!has(name)) {
      return OptionalLong.empty();
    }
    JsonElement value = object.get(name);
    if (value.isJsonPrimitive()
        && value.getAsJsonPrimitive().isNumber()
        && INTEGER.matcher(value.getAsString()).matches()) {
      return OptionalLong.of(Long.parseLong(value.getAsString()));
    }
    throw malformed(name, "expected a whole number, found " + kind(value));
  }

  /** A truth value; false if absent. */
  public boolean flag(String name) throws MalformedDocumentException {
    if (!has(name)) {
      return false;
    }
    JsonElement value = object.get(name);
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean()) {
      return value.getAsBoolean();
    }
    throw malformed(name, "expected true or false, found " + kind(value));
  }

  /** A digest, or empty. */
  public Optional<Digest> digest(String name) throws MalformedDocumentException {
    Optional<String> text = text(name);
    return text.isEmpty() ? Optional.empty() : Optional.of(digest(name, text.get()));
  }

  /** A list of digests, empty if absent. */
  public List<Digest> digests(String name) throws MalformedDocumentException {
    List<Digest> digests = new ArrayList<>();
    for (String text : texts(name)) {
      digests.add(digest(name, text));
    }
    return List.copyOf(digests);
  }

  /** A point in time (RFC 3339, section 5.6), or empty. */
  public Optional<Instant> time(String name) throws MalformedDocumentException {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text.get()).toInstant());
    } catch (DateTimeException e) {
      throw malformed(name, "not a time of RFC 3339: \"" + text.get() + "\"");
    }
  }

  /** A list of texts, empty if absent. */
  public List<String> texts(String name) throws MalformedDocumentException {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : array(name)) {
      texts.add(text(name + "[" + texts.size() + "]", element));
    }
    return List.copyOf(texts);
  }

  /** An object whose members are all texts, in its order; empty if absent. */
  public SequencedMap<String, String> textMap(String name) throws MalformedDocumentException {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    Optional<Members> members = object(name);
    if (members.isPresent()) {
      for (Map.Entry<String, JsonElement> entry : members.get().object.entrySet()) {
        map.put(entry.getKey(), text(name + "." + entry.getKey(), entry.getValue()));
      }
    }
    return map;
  }

  /** An object, or empty. */
  public Optional<Members> object(String name) throws MalformedDocumentException {
    return has(name) ? Optional.of(object(name, object.get(name))) : Optional.empty();
  }

  /** A list of objects, empty if absent. */
  public List<Members> objects(String name) throws MalformedDocumentException {
    List<Members> objects = new ArrayList<>();
    for (JsonElement element : array(name)) {
      objects.add(object(name + "[" + objects.size() + "]", element));
    }
    return List.copyOf(objects);
  }

  /** An error about one of these members. */
  public MalformedDocumentException malformed(String name, String reason) {
    return failure(document, path + name + ": " + reason);
  }

  JsonObject json() {
    return object;
  }

  private static MalformedDocumentException failure(String document, String reason) {
    return new MalformedDocumentException("read " + document + ": " + reason);
  }

  private Members object(String name, JsonElement element) throws MalformedDocumentException {
    if (element instanceof JsonObject found) {
      return new Members(document, path + name + ".", found);
    }
    throw malformed(name, "expected an object, found " + kind(element));
  }

  private JsonArray array(String name) throws MalformedDocumentException {
    if (!has(name)) {
      return new JsonArray();
    }
    if (object.get(name) instanceof JsonArray array) {
      return array;
    }
    throw malformed(name, "expected a list, found " + kind(object.get(name)));
  }

  private String text(String name, JsonElement element) throws MalformedDocumentException {
    if (element.isJsonPrimitive() && element.getAsJsonPrimitive().isString()) {
      return element.getAsString();
    }
    throw malformed(name, "expected a text, found " + kind(element));
  }

  private Digest digest(String name, String text) throws MalformedDocumentException {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw malformed(name, String.valueOf(e.getMessage()));
    }
  }

  private static String kind(JsonElement element) {
    if (element instanceof JsonObject) {
      return "an object";
    }
    if (element instanceof JsonArray) {
      return "a list";
    }
    if (element.isJsonPrimitive()) {
      String text = element.toString();
      return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
    return "null";
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("empty");
  }
}
