package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads names with values: ENV, LABEL, ARG. */
final class PairReader {
  private final InstructionReader reader;

  PairReader(InstructionReader reader) {
    this.reader = reader;
  }

  Instruction env() {
    List<Instruction.Pair> pairs = pairs();
    return pairs == null ? reader.malformed() : new Instruction.Env(reader.head(), pairs);
  }

  Instruction label() {
    List<Instruction.Pair> pairs = pairs();
    return pairs == null ? reader.malformed() : new Instruction.Label(reader.head(), pairs);
  }

  Instruction arg() {
    // Its flags are not looked at by the reference either.
    List<Word> words = Words.quoted(reader.arguments(), reader.escape());
    if (words.isEmpty()) {
      return reader.refuse("ARG requires at least one argument");
    }
    List<Instruction.Definition> definitions = new ArrayList<>();
    for (Part part : parts(words)) {
      if (part.value != null && part.name.text().isEmpty()) {
        return reader.refuse("ARG names can not be blank");
      }
      definitions.add(new Instruction.Definition(part.name, part.value));
    }
    return new Instruction.Arg(reader.head(), definitions);
  }

  /** A word parted at its first {@code =}. */
  private record Part(Word name, @Nullable Word value) {}

  private @Nullable List<Instruction.Pair> pairs() {
    reader.flags(Map.of());
    List<Word> words = Words.quoted(reader.arguments(), reader.escape());
    if (words.isEmpty()) {
      reader.refuse(reader.keyword() + " requires at least one argument");
      return null;
    }
    if (words.getFirst().text().indexOf('=') < 0) {
      return legacy();
    }
    List<Instruction.Pair> pairs = new ArrayList<>();
    for (Part part : parts(words)) {
      if (part.value == null) {
        reader
            .findings()
            .error(
                part.name.span(),
                "Syntax error - can't find = in "
                    + Quoted.of(part.name.text())
                    + ". Must be of the form: name=value");
        return null;
      }
      if (part.name.text().isEmpty()) {
        reader.refuse(reader.keyword() + " names can not be blank");
        return null;
      }
      pairs.add(new Instruction.Pair(part.name, part.value, false));
    }
    return pairs;
  }

  /** {@code KEY value}: the first white space ends the name, the rest is the value as it stands. */
  private @Nullable List<Instruction.Pair> legacy() {
    LogicalLine line = reader.arguments();
    String text = line.text();
    int end = 0;
    while (end < text.length() && !Whitespace.isSeparator(text.charAt(end))) {
      end++;
    }
    int value = end;
    while (value < text.length() && Whitespace.isSeparator(text.charAt(value))) {
      value++;
    }
    if (value == end) {
      reader.refuse(
          reader.keyword() + " must have two arguments", reader.keyword() + " <name>=<value>");
      return null;
    }
    return List.of(new Instruction.Pair(line.word(0, end), line.word(value, text.length()), true));
  }

  private List<Part> parts(List<Word> words) {
    List<Part> parts = new ArrayList<>();
    LogicalLine line = reader.arguments();
    int from = 0;
    for (Word word : words) {
      // Words stand in the line in order; finding them again gives places inside of them.
      from = line.text().indexOf(word.text(), from);
      int end = from + word.text().length();
      int equals = word.text().indexOf('=');
      parts.add(
          equals < 0
              ? new Part(word, null)
              : new Part(line.word(from, from + equals), line.word(from + equals + 1, end)));
      from = end;
    }
    return parts;
  }
}
