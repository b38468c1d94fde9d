package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Stage;
import dev.larder.engine.plan.GoText;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** No two stages of one name. */
final class DuplicateStageName extends Rule {
  DuplicateStageName() {
    super(
        "DuplicateStageName",
        "Each stage needs a name of its own",
        "Of several stages with one name the last one before the place that asks is "
            + "meant. Moving a stage then changes silently what is copied. Give each a name "
            + "of its own.");
  }

  @Override
  void stages(List<Stage> stages, Report report) {
    Set<String> seen = new HashSet<>();
    for (Stage stage : stages) {
      String name = stage.name().orElse("");
      if (!name.isEmpty() && !seen.add(name)) {
        report
            .at(stage.from())
            .add(
                this,
                "Duplicate stage name " + GoText.quoted(name) + ", stage names should be unique");
      }
    }
  }
}
