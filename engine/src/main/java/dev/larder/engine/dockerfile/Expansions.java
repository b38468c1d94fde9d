package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which words of an instruction a build expands, and with what. */
public final class Expansions {
  private Expansions() {}

  /**
   * The words that {@link Dockerfile#expander} expands, in the order in which BuildKit does it. A
   * FROM is expanded with the global arguments only. What is not listed is taken as it stands: the
   * commands of RUN, CMD, ENTRYPOINT, SHELL and HEALTHCHECK (a shell expands them later), {@code
   * --from}, {@code --exclude}, flags of HEALTHCHECK, stage names, an ONBUILD's trigger. Documents
   * of COPY and ADD are in {@link #documents}.
   */
  public static List<Word> words(Instruction instruction) {
    return switch (instruction) {
      case Instruction.From i -> present(i.image(), i.platform());
      case Instruction.Run i -> mounts(i);
      case Instruction.Env i -> pairs(i.variables());
      case Instruction.Label i -> pairs(i.labels());
      case Instruction.Arg i -> definitions(i);
      case Instruction.Expose i -> i.ports();
      case Instruction.Add i ->
          joined(present(i.chown(), i.chmod(), i.checksum()), i.sources(), i.destination());
      case Instruction.Copy i ->
          joined(present(i.chown(), i.chmod()), i.sources(), i.destination());
      case Instruction.Volume i -> i.paths();
      case Instruction.User i -> List.of(i.user());
      case Instruction.Workdir i -> List.of(i.path());
      case Instruction.StopSignal i -> List.of(i.signal());
      case Instruction.Cmd i -> List.of();
      case Instruction.Entrypoint i -> List.of();
      case Instruction.Shell i -> List.of();
      case Instruction.Maintainer i -> List.of();
      case Instruction.Onbuild i -> List.of();
      case Instruction.Healthcheck i -> List.of();
      case Instruction.Unknown i -> List.of();
      case Instruction.Malformed i -> List.of();
    };
  }

  /**
   * The documents whose text {@link Expander#forContent} expands, as words: those of COPY and ADD
   * whose delimiter is not quoted.
   */
  public static List<Word> documents(Instruction instruction) {
    List<Heredoc> files =
        switch (instruction) {
          case Instruction.Add add -> add.files();
          case Instruction.Copy copy -> copy.files();
          default -> List.of();
        };
    return files.stream().filter(Heredoc::expand).map(f -> new Word(f.body(), f.text())).toList();
  }

  private static List<Word> mounts(Instruction.Run run) {
    List<Word> words = new ArrayList<>();
    for (MountFlag mount : run.mounts()) {
      for (MountFlag.Option option : mount.options()) {
        if (option.value() != null) {
          words.add(option.value());
        }
      }
    }
    return words;
  }

  private static List<Word> pairs(List<Instruction.Pair> pairs) {
    List<Word> words = new ArrayList<>();
    for (Instruction.Pair pair : pairs) {
      words.add(pair.name());
      words.add(pair.value());
    }
    return words;
  }

  private static List<Word> definitions(Instruction.Arg arg) {
    List<Word> words = new ArrayList<>();
    for (Instruction.Definition definition : arg.definitions()) {
      words.add(definition.name());
      if (definition.value() != null) {
        words.add(definition.value());
      }
    }
    return words;
  }

  private static List<Word> joined(List<Word> flags, List<Word> sources, Word destination) {
    List<Word> words = new ArrayList<>(flags);
    words.addAll(sources);
    words.add(destination);
    return words;
  }

  private static List<Word> present(@Nullable Word... words) {
    List<Word> present = new ArrayList<>();
    for (@Nullable Word word : words) {
      if (word != null) {
        present.add(word);
      }
    }
    return present;
  }
}
