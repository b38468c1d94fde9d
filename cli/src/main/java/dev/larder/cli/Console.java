package dev.larder.cli;

import dev.larder.engine.linux.Terminal;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What standard error is shown on.
 *
 * @param size the terminal's size now; nothing if it is none
 * @param charset what it can show
 */
record Console(Supplier<Optional<Terminal.Size>> size, Charset charset) {
  private static final int STDERR = 2;

  /**
   * The one of this process. The launcher tells the caller's locale, since the JVM has another, and
   * whether there is a terminal, since the first system call costs 60 ms.
   */
  static Console ofProcess(Map<String, String> environment) {
    if (environment.getOrDefault("LARDER_TERMINAL", "").isEmpty()) {
      return new Console(Optional::empty, StandardCharsets.UTF_8);
    }
    String locale = environment.getOrDefault("LARDER_LOCALE", "C.UTF-8");
    return new Console(() -> Terminal.size(STDERR), charset(locale));
  }

  /** The charset of a locale such as {@code de_DE.ISO-8859-1}; ASCII where it names none. */
  static Charset charset(String locale) {
    int dot = locale.indexOf('.');
    if (dot < 0) {
      return StandardCharsets.US_ASCII;
    }
    int at = locale.indexOf('@', dot);
    String name = locale.substring(dot + 1, at < 0 ? locale.length() : at);
    if (name.toLowerCase(Locale.ROOT).replace("-", "").equals("utf8")) {
      return StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
      return StandardCharsets.US_ASCII;
    }
  }

  boolean isTerminal() {
    return size.get().isPresent();
  }
}
