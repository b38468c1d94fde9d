package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Expander;
import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Head;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Variables;
import dev.larder.engine.dockerfile.Word;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Words with the variables of a place put in.
 *
 * @param heard told of each
 */
record Scope(
    Expander expander,
    SequencedMap<String, String> environment,
    BiConsumer<Word, Expansion> heard) {
  /** Where what no instruction says is told. */
  static final Span NOWHERE = new Span(0, 0);

  Scope(Expander expander, SequencedMap<String, String> environment) {
    this(expander, environment, (word, expansion) -> {});
  }

  private Variables variables() {
    return environment::get;
  }

  String value(Word word) throws DockerfileException {
    return expand(word).text();
  }

  @Nullable String optional(@Nullable Word word) throws DockerfileException {
    return word == null ? null : value(word);
  }

  List<String> words(Word word) throws DockerfileException {
    return expand(word).words();
  }

  Expansion expand(Word word) throws DockerfileException {
    return told(word, expander.expand(word, variables()));
  }

  private Expansion told(Word word, Expansion expansion) {
    heard.accept(word, expansion);
    return expansion;
  }

  /** The text of a here-document, which has no quotes to take away. */
  String content(Span span, String text) throws DockerfileException {
    Word word = new Word(span, text);
    return told(word, Expander.forContent().expand(word, variables())).text();
  }

  /** An instruction as people are shown it: variables that are set are put in, quotes stay. */
  String display(Head head, String addition) {
    String text = head.text() + addition;
    int space = text.indexOf(' ');
    String keyword = space < 0 ? text : text.substring(0, space);
    String rest = space < 0 ? "" : text.substring(space);
    try {
      rest = expander.forDisplay().expand(new Word(head.code(), rest), variables()).text();
    } catch (DockerfileException shownAsWritten) {
      // what is wrong with it is said where the words are really needed
    }
    return keyword.toUpperCase(Locale.ROOT) + rest;
  }

  /** An instruction as people are shown it where its words are plain: without quotes. */
  String plain(Head head) {
    String text = head.text();
    int space = text.indexOf(' ');
    String keyword = space < 0 ? text : text.substring(0, space);
    String rest = space < 0 ? "" : text.substring(space);
    try {
      rest = expander.expand(new Word(head.code(), rest), variables()).text(); // told of elsewhere
    } catch (DockerfileException shownAsWritten) {
      // what is wrong with it is said where the words are really needed
    }
    return keyword.toUpperCase(Locale.ROOT) + rest;
  }

  static DockerfileException error(Span at, String message) {
    return new DockerfileException(Diagnostic.error(at, message));
  }

  static DockerfileException error(Span at, String message, String hint) {
    return new DockerfileException(Diagnostic.error(at, message, hint));
  }
}
