package dev.larder.engine.dockerfile;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What variables have which values. */
@FunctionalInterface
public interface Variables {
  /** The value of a variable; null if it is not set. */
  @Nullable String value(String name);

  /** These and no others. */
  static Variables of(Map<String, String> values) {
    Map<String, String> copy = Map.copyOf(values);
    return copy::get;
  }
}
