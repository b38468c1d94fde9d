package dev.larder.engine.dockerfile;

/**
 * Replaces variables in words and removes quotes, by the rules of BuildKit's Dockerfile frontend
 * (which are near to POSIX's, section 2.6.2 of the Shell Command Language, with bash's {@code
 * ${v/a/b}}): {@code $v ${v} ${v:-x} ${v-x} ${v:+x} ${v+x} ${v:?x} ${v?x} ${v#p} ${v##p} ${v%p}
 * ${v%%p} ${v/a/b} ${v//a/b}}, with {@code *} and {@code ?} in patterns. It is a pure function.
 */
public final class Expander {
  private final ShellLexer.Mode mode;

  private Expander(ShellLexer.Mode mode) {
    this.mode = mode;
  }

  /** For the words of a file with this escape character. */
  public static Expander of(char escape) {
    return new Expander(new ShellLexer.Mode(escape, false, false, false, false));
  }

  /** For heredoc bodies of COPY and ADD: quotes are text, and the escape is always {@code \}. */
  public static Expander forContent() {
    return new Expander(new ShellLexer.Mode('\\', false, false, true, false));
  }

  /** The same, for what is shown to people: quotes stay, and so do variables that are not set. */
  public Expander forDisplay() {
    return new Expander(new ShellLexer.Mode(mode.escape(), true, false, false, true));
  }

  /**
   * Expands a word.
   *
   * @throws DockerfileException if quotes or braces are not closed, a pattern is none, or a
   *     variable is asked for by {@code ?} and not set
   */
  public Expansion expand(Word word, Variables variables) throws DockerfileException {
    ShellLexer lexer = new ShellLexer(word.text(), mode, variables);
    try {
      return lexer.expand();
    } catch (ShellLexer.Syntax e) {
      throw new DockerfileException(
          Diagnostic.error(
              word.span(), "failed to process " + Quoted.of(word.text()) + ": " + e.getMessage()));
    }
  }
}
