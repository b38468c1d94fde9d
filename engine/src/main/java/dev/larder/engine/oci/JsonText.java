package dev.larder.engine.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;

/**
 * Writes JSON as Go's {@code encoding/json} does, since Docker's documents are addressed by the
 * digest of its bytes: {@code <}, {@code >}, {@code &}, U+2028 and U+2029 are escaped, other text
 * is not; indented text puts each member on its line and keeps empty lists and objects in one.
 */
final class JsonText {
  private final StringBuilder out = new StringBuilder();
  private final boolean indented;

  private JsonText(boolean indented) {
    this.indented = indented;
  }

  /** Without white space, as Go's {@code Marshal}. */
  static byte[] compact(JsonElement element) {
    return write(element, false);
  }

  /** Indented by two spaces, as Go's {@code MarshalIndent}. */
  static byte[] indented(JsonElement element) {
    return write(element, true);
  }

  private static byte[] write(JsonElement element, boolean indented) {
    JsonText text = new JsonText(indented);
    text.value(element, 0);
    return text.out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void value(JsonElement element, int depth) {
    switch (element) {
      case JsonObject object -> object(object, depth);
      case JsonArray array -> array(array, depth);
      case JsonPrimitive p when p.isString() -> string(p.getAsString());
      case JsonPrimitive p -> out.append(p.getAsString());
      case JsonNull n -> out.append("null");
      default -> throw new IllegalArgumentException("not JSON: " + element.getClass());
    }
  }

  private void object(JsonObject object, int depth) {
    out.append('{');
    Iterator<Map.Entry<String, JsonElement>> entries = object.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, JsonElement> entry = entries.next();
      line(depth + 1);
      string(entry.getKey());
      out.append(indented ? ": " : ":");
      value(entry.getValue(), depth + 1);
      out.append(entries.hasNext() ? "," : "");
    }
    if (!object.isEmpty()) {
      line(depth);
    }
    out.append('}');
  }

  private void array(JsonArray array, int depth) {
    out.append('[');
    Iterator<JsonElement> elements = array.iterator();
    while (elements.hasNext()) {
      line(depth + 1);
      value(elements.next(), depth + 1);
      out.append(elements.hasNext() ? "," : "");
    }
    if (!array.isEmpty()) {
      line(depth);
    }
    out.append(']');
  }

  private void line(int depth) {
    if (indented) {
      out.append('\n').append("  ".repeat(depth));
    }
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029) {
            out.append(String.format("\\u%04x", (int) c));
          } else if (Character.isSurrogate(c) && !paired(text, i)) {
            out.append('\ufffd');
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean paired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
