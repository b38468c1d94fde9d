package dev.larder.engine.httpcache;

import dev.larder.engine.http.Field;
import dev.larder.engine.http.Fields;
import java.util.ArrayList;
import java.util.List;

/** Which requests a stored response answers (RFC 9111 §4.1). */
public final class Vary {
  private Vary() {}

  /**
   * The fields of a request that its response varied by, in the order of {@code Vary}; those that
   * were not there are empty. What they hold is kept, so those that say who asks are left out: the
   * scope of credentials tells these apart.
   */
  public static Fields selecting(Fields request, Fields response) {
    List<Field> fields = new ArrayList<>();
    List<String> names = new ArrayList<>(response.tokens("Vary"));
    if (response.has("Content-Encoding")) { // servers forget to say so
      names.add("accept-encoding");
    }
    for (String name : names.stream().distinct().toList()) {
      if (!name.equals("authorization") && !name.equals("cookie")) {
        fields.add(new Field(name, normal(request, name)));
      }
    }
    return new Fields(fields);
  }

  /**
   * Whether a request has these fields too.
   *
   * @param selecting as kept with the response
   */
  public static boolean matches(Fields selecting, Fields request) {
    for (Field field : selecting.all()) {
      if (!field.value().equals(normal(request, field.name()))) {
        return false;
      }
    }
    return true;
  }

  /** Lines are joined and space around commas goes, as it has no meaning. */
  private static String normal(Fields request, String name) {
    return request.joined(name).strip().replaceAll("[ \t]*,[ \t]*", ",");
  }
}
