package dev.larder.engine.dockerfile;

import java.util.regex.Pattern;

/**
 * A document inside the Dockerfile, {@code <<EOF … EOF}.
 *
 * @param word where the instruction names it, for instance {@code <<-'EOF'}
 * @param name the delimiter without quotes; the file name for COPY and ADD
 * @param descriptor the number before {@code <<}, 0 if there is none
 * @param expand whether variables in it are expanded: no if the delimiter was quoted
 * @param chomp whether tabs at the start of its lines are dropped ({@code <<-})
 * @param body the span of its lines, line ends included, the delimiter's line not
 * @param content the text of these lines as it is written
 */
public record Heredoc(
    Word word,
    String name,
    int descriptor,
    boolean expand,
    boolean chomp,
    Span body,
    String content) {
  private static final Pattern LEADING_TABS = Pattern.compile("(?m)^\t+");

  /** The content, without leading tabs if they are dropped; variables are not expanded. */
  public String text() {
    return chomp ? LEADING_TABS.matcher(content).replaceAll("") : content;
  }
}
