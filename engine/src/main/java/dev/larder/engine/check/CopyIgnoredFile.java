package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.GoPath;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.PathPatterns;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.plan.GoText;
import dev.larder.engine.plan.Place;
import java.util.regex.Pattern;

/** Nothing is copied that the ignore file leaves out. */
final class CopyIgnoredFile extends Rule {
  CopyIgnoredFile() {
    super(
        "CopyIgnoredFile",
        "A file is copied that .dockerignore leaves out",
        "What the ignore file matches is not part of the build, so that the copy fails "
            + "or copies nothing. Take the pattern out, or the instruction. Files with "
            + "patterns that begin with ! are not checked.");
  }

  private static final Pattern ELSEWHERE =
      Pattern.compile("(git@[^:]+:.*|git://.*|ssh://.*|https?://.*)");

  @Override
  void expanded(Place place, Word word, Expansion expansion, Report report) {
    boolean copied =
        switch (place.instruction()) {
          case Instruction.Copy copy -> copy.from() == null && copy.sources().contains(word);
          case Instruction.Add add -> add.sources().contains(word);
          default -> false;
        };
    PathPatterns ignored = report.ignored();
    if (!copied
        || ignored.isEmpty()
        || ignored.hasExceptions()
        || ELSEWHERE.matcher(expansion.text()).matches()) {
      return;
    }
    String path = GoPath.clean(expansion.text());
    boolean root = path.equals(".") || path.equals("/");
    if (root ? ignored.leavesOutAll() : ignored.excludes(path)) {
      String verb = place.instruction() instanceof Instruction.Add ? "Add" : "Copy";
      report.add(
          this,
          "Attempting to "
              + verb
              + " file "
              + GoText.quoted(path)
              + " that is excluded by .dockerignore");
    }
  }
}
