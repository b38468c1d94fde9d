package dev.larder.engine.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code --mount} flag as it is written. Its values may hold variables; {@link #resolve} puts
 * them in.
 *
 * @param flag the whole flag
 * @param options in order
 */
public record MountFlag(Flag flag, List<Option> options) {
  /** Copies the list. */
  public MountFlag {
    options = List.copyOf(options);
  }

  /**
   * One {@code key=value}.
   *
   * @param span all of it
   * @param key in lower case
   * @param value null without {@code =}
   */
  public record Option(Span span, String key, @Nullable Word value) {}

  /**
   * Puts the values of variables in.
   *
   * @throws DockerfileException if the type, an option or a value is none
   */
  public Mount resolve(Values values) throws DockerfileException {
    return new MountResolver(this, values).resolve();
  }

  /** The value of the last option of this name, as written; null if there is none. */
  public @Nullable Word value(String key) {
    for (Option option : options.reversed()) {
      if (option.key().equals(key)) {
        return option.value();
      }
    }
    return null;
  }
}
