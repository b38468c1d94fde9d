package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.plan.Place;
import java.util.HashMap;
import java.util.Map;

/** One CMD, ENTRYPOINT and HEALTHCHECK a stage. */
final class MultipleInstructionsDisallowed extends Rule {
  MultipleInstructionsDisallowed() {
    super(
        "MultipleInstructionsDisallowed",
        "Of several CMD, ENTRYPOINT or HEALTHCHECK in a stage only the last one counts",
        "An image has one command, one entry point and one health check. What an "
            + "earlier instruction of the stage says is lost. Take it out.");
  }

  private final Map<String, Place> seen = new HashMap<>();

  @Override
  void applying(Place place, Report report) {
    switch (place.instruction()) {
      case Instruction.Cmd _, Instruction.Entrypoint _, Instruction.Healthcheck _ -> {
        String name = place.instruction().name();
        Place before = seen.put(place.stage() + " " + name, place);
        if (before != null) {
          // The earlier one is the one that is lost; the later one's comments speak for it.
          Report there = before.trigger() ? report : report.at(before.instruction());
          there.add(
              this,
              "Multiple "
                  + place.instruction().keyword().text()
                  + " instructions should not be used in the same stage because only the last one"
                  + " will be used");
        }
      }
      default -> {}
    }
  }
}
