package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.Heredoc;
import dev.larder.engine.dockerfile.Instruction;
import java.util.List;

/** No empty lines between lines that are joined. */
final class NoEmptyContinuation extends Rule {
  NoEmptyContinuation() {
    super(
        "NoEmptyContinuation",
        "An instruction that goes on over an empty line will be refused one day",
        "An empty line ends an instruction in the eyes of most readers, though today it "
            + "does not. Take it out; a line of comment may stand there instead.");
  }

  @Override
  void text(Dockerfile file, Report report) {
    for (Diagnostic diagnostic : file.diagnostics()) {
      if (diagnostic.rule().equals(name())) {
        int line = report.line(Math.max(0, end(file, diagnostic) - 1));
        report.add(this, "Empty continuation line", line, line);
      }
    }
  }

  /** Where the joined line ends; documents that follow it are not part of it. */
  private static int end(Dockerfile file, Diagnostic diagnostic) {
    for (Instruction instruction : file.instructions()) {
      if (instruction.span().contains(diagnostic.span())) {
        List<Heredoc> documents =
            switch (instruction) {
              case Instruction.Run run -> run.heredocs();
              case Instruction.Copy copy -> copy.files();
              case Instruction.Add add -> add.files();
              default -> List.of();
            };
        return documents.isEmpty() ? instruction.span().end() : documents.getFirst().body().start();
      }
    }
    return diagnostic.span().end();
  }
}
