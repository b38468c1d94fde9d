package dev.larder.engine.dockerfile;

import dev.larder.engine.dockerfile.FlagValues.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads COPY and ADD. */
final class FileReader {
  private static final Map<String, Kind> COPY =
      Map.of(
          "chown", Kind.VALUE,
          "chmod", Kind.VALUE,
          "from", Kind.VALUE,
          "link", Kind.SWITCH,
          "parents", Kind.SWITCH,
          "exclude", Kind.VALUES);

  private static final Map<String, Kind> ADD =
      Map.of(
          "chown", Kind.VALUE,
          "chmod", Kind.VALUE,
          "checksum", Kind.VALUE,
          "link", Kind.SWITCH,
          "keep-git-dir", Kind.SWITCH,
          "unpack", Kind.SWITCH,
          "exclude", Kind.VALUES);

  private final InstructionReader reader;

  FileReader(InstructionReader reader) {
    this.reader = reader;
  }

  Instruction read() {
    boolean copy = reader.keyword().equals("COPY");
    FlagValues flags = reader.flags(copy ? COPY : ADD);
    List<Word> words = reader.list();
    if (words == null) {
      return reader.malformed();
    }
    if (words.size() < 2) {
      return reader.refuse(
          reader.keyword()
              + " requires at least two arguments, but only one was provided."
              + " Destination could not be determined");
    }
    Word destination = words.getLast();
    if (Heredocs.named(destination.text()) != null) {
      return reader.refuse(
          destination.span(), reader.keyword() + " cannot accept a heredoc as a destination", "");
    }
    List<Word> sources = new ArrayList<>();
    List<Heredoc> files = new ArrayList<>();
    for (Word word : words.subList(0, words.size() - 1)) {
      Heredocs.Delimiter delimiter = Heredocs.named(word.text());
      if (delimiter == null) {
        sources.add(word);
      } else {
        files.add(document(word, delimiter));
      }
    }
    return copy
        ? copy(flags, sources, files, destination)
        : add(flags, sources, files, destination);
  }

  private Instruction copy(
      FlagValues flags, List<Word> sources, List<Heredoc> files, Word destination) {
    Word from = flags.value("from");
    if (from != null && !isLiteral(from)) {
      reader
          .findings()
          .error(
              from.span(),
              "variable expansion is not supported for --from, define a new stage with FROM using"
                  + " ARG from global scope as a workaround");
    }
    return new Instruction.Copy(
        reader.head(),
        sources,
        files,
        destination,
        from,
        flags.value("chown"),
        flags.value("chmod"),
        flags.values("exclude"),
        flags.on("link"),
        flags.on("parents"));
  }

  /** Whether expansion would leave a word as it is, whatever the variables are. */
  private boolean isLiteral(Word word) {
    try {
      Expansion expansion = Expander.of(reader.escape()).expand(word, name -> null);
      return expansion.text().equals(word.text());
    } catch (DockerfileException e) {
      return false;
    }
  }

  private Instruction add(
      FlagValues flags, List<Word> sources, List<Heredoc> files, Word destination) {
    return new Instruction.Add(
        reader.head(),
        sources,
        files,
        destination,
        flags.value("chown"),
        flags.value("chmod"),
        flags.value("checksum"),
        flags.values("exclude"),
        flags.on("link"),
        flags.turned("keep-git-dir"),
        flags.turned("unpack"));
  }

  /** The document of that name, the last one if several have it; an empty one if none has. */
  private Heredoc document(Word word, Heredocs.Delimiter delimiter) {
    for (Heredoc heredoc : reader.heredocs().reversed()) {
      if (heredoc.name().equals(delimiter.name())) {
        return new Heredoc(
            word,
            delimiter.name(),
            delimiter.descriptor(),
            delimiter.expand(),
            delimiter.chomp(),
            heredoc.body(),
            heredoc.content());
      }
    }
    int end = reader.head().span().end();
    return new Heredoc(
        word,
        delimiter.name(),
        delimiter.descriptor(),
        delimiter.expand(),
        delimiter.chomp(),
        new Span(end, end),
        "");
  }
}
