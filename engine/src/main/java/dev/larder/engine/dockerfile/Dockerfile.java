package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Dockerfile as a tree that keeps every character: the spans of its nodes tile the source.
 *
 * @param source what was parsed
 * @param escape the escape character: {@code \}, or {@code `} by a directive
 * @param nodes in order
 * @param diagnostics what is wrong with it, in the order of its places
 */
public record Dockerfile(
    Source source, char escape, List<Node> nodes, List<Diagnostic> diagnostics) {
  /** Copies the lists. */
  public Dockerfile {
    nodes = List.copyOf(nodes);
    diagnostics = List.copyOf(diagnostics);
  }

  /** Parses any text. Nothing is thrown: what is wrong with it is among the diagnostics. */
  public static Dockerfile parse(Source source) {
    return new Scanner(source).scan();
  }

  /** The source again, joined from the nodes. */
  public String print() {
    StringBuilder out = new StringBuilder(source.text().length());
    nodes.forEach(n -> out.append(source.text(n.span())));
    return out.toString();
  }

  /** Whether a build is out of the question. */
  public boolean hasErrors() {
    return diagnostics.stream().anyMatch(Diagnostic::isError);
  }

  /** The instructions in order. */
  public List<Instruction> instructions() {
    return nodes.stream()
        .filter(Instruction.class::isInstance)
        .map(Instruction.class::cast)
        .toList();
  }

  /** The value of a parser directive: {@code syntax}, {@code escape} or {@code check}. */
  public Optional<Word> directive(String name) {
    return nodes.stream()
        .filter(n -> n instanceof Node.Directive d && d.name().equals(name))
        .map(n -> ((Node.Directive) n).value())
        .findFirst();
  }

  /** The ARGs before the first FROM. */
  public List<Instruction.Arg> globalArgs() {
    List<Instruction.Arg> args = new ArrayList<>();
    for (Instruction instruction : instructions()) {
      if (instruction instanceof Instruction.From) {
        break;
      }
      if (instruction instanceof Instruction.Arg arg) {
        args.add(arg);
      }
    }
    return args;
  }

  /** The stages in order; instructions before the first FROM belong to none. */
  public List<Stage> stages() {
    List<Stage> stages = new ArrayList<>();
    Instruction.From from = null;
    List<Instruction> body = new ArrayList<>();
    for (Instruction instruction : instructions()) {
      if (instruction instanceof Instruction.From next) {
        if (from != null) {
          stages.add(new Stage(stages.size(), from, body));
        }
        from = next;
        body = new ArrayList<>();
      } else {
        body.add(instruction);
      }
    }
    if (from != null) {
      stages.add(new Stage(stages.size(), from, body));
    }
    return stages;
  }

  /** An expander for words of this file. */
  public Expander expander() {
    return Expander.of(escape);
  }
}
