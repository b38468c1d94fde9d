package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.plan.GoText;
import dev.larder.engine.plan.Place;
import java.util.HashSet;
import java.util.Set;

/** An absolute WORKDIR before relative ones. */
final class WorkdirRelativePath extends Rule {
  WorkdirRelativePath() {
    super(
        "WorkdirRelativePath",
        "A relative WORKDIR depends on where the base image stands",
        "The folder that a relative WORKDIR starts from is the base image's, and that "
            + "may change with its next version. Begin with an absolute path; relative ones "
            + "may follow.");
  }

  private final Set<Integer> absolute = new HashSet<>();

  @Override
  void expanded(Place place, Word word, Expansion expansion, Report report) {
    if (!(place.instruction() instanceof Instruction.Workdir)) {
      return;
    }
    boolean known =
        absolute.contains(place.stage())
            || (place.below().isPresent() && absolute.contains(place.below().getAsInt()));
    if (!known && !expansion.text().startsWith("/")) {
      report.add(
          this,
          "Relative workdir "
              + GoText.quoted(expansion.text())
              + " can have unexpected results if the base image changes");
    }
    absolute.add(place.stage());
  }

  @Override
  void applying(Place place, Report report) {
    if (place.below().isPresent() && absolute.contains(place.below().getAsInt())) {
      absolute.add(place.stage());
    }
  }
}
