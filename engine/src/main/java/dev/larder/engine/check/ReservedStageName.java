package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Stage;
import dev.larder.engine.plan.GoText;
import java.util.List;
import java.util.Set;

/** No stage named as what means something else. */
final class ReservedStageName extends Rule {
  ReservedStageName() {
    super(
        "ReservedStageName",
        "scratch and context mean something else than a stage",
        "FROM scratch is the empty file system and context the files of the build. A "
            + "stage of that name can not be told from them. Choose another name.");
  }

  private static final Set<String> RESERVED = Set.of("context", "scratch");

  @Override
  void stages(List<Stage> stages, Report report) {
    for (Stage stage : stages) {
      String name = stage.name().orElse("");
      if (RESERVED.contains(name)) {
        report
            .at(stage.from())
            .add(
                this,
                "Stage name should not use the same name as reserved stage " + GoText.quoted(name));
      }
    }
  }
}
