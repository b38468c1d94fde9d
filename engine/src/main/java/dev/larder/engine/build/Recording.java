package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.plan.Plan;
import dev.larder.engine.solve.Solver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Puts together what is kept of a build. */
final class Recording {
  private final BuildRequest request;
  private final Progressing progress;
  private final Instant started;
  private Optional<Plan> plan = Optional.empty();
  private List<Solver.Solved> solved = List.of();

  Recording(BuildRequest request, Progressing progress, Instant started) {
    this.request = request;
    this.progress = progress;
    this.started = started;
  }

  void planned(Plan made) {
    plan = Optional.of(made);
  }

  void solved(List<Solver.Solved> all) {
    solved = all;
  }

  BuildRecord record(String id, BuildRecord.Outcome outcome) {
    return new BuildRecord(
        id, started, progress.since(started), outcome, asked(), steps(), progress.amounts());
  }

  /** Values of build arguments may be secrets: only their digests are kept. */
  private SequencedMap<String, String> asked() {
    SequencedMap<String, String> asked = new LinkedHashMap<>();
    asked.put("project", request.project());
    asked.put("dockerfile", request.dockerfile().name());
    asked.put("dockerfileDigest", Digest.ofText(request.dockerfile().content()).toString());
    request.context().ifPresent(folder -> asked.put("context", folder.toString()));
    request.target().ifPresent(target -> asked.put("target", target));
    asked.put("platform", request.platform().toString());
    asked.put("cache", request.cache().getClass().getSimpleName());
    request
        .buildArgs()
        .forEach((name, value) -> asked.put("arg." + name, Digest.ofText(value).toString()));
    request.contexts().forEach((name, context) -> asked.put("context." + name, context.toString()));
    for (int i = 0; i < request.names().size(); i++) {
      asked.put("name." + i, request.names().get(i).toString());
    }
    return asked;
  }

  private List<BuildRecord.Step> steps() {
    if (plan.isEmpty() || plan.get().root().isEmpty()) {
      return List.of();
    }
    Map<Digest, Solver.Solved> byVertex = new HashMap<>();
    solved.forEach(one -> byVertex.put(one.vertex().id(), one));
    List<BuildRecord.Step> steps = new ArrayList<>();
    add(plan.get().root().get().vertex(), byVertex, new HashSet<>(), steps);
    return steps;
  }

  private void add(
      Vertex vertex,
      Map<Digest, Solver.Solved> byVertex,
      Set<Digest> seen,
      List<BuildRecord.Step> steps) {
    if (!seen.add(vertex.id())) {
      return;
    }
    for (Edge input : vertex.inputs()) {
      add(input.vertex(), byVertex, seen, steps);
    }
    Optional<Solver.Solved> known = Optional.ofNullable(byVertex.get(vertex.id()));
    Plan.StepName name = plan.orElseThrow().names().get(vertex.id());
    Progressing.Timing timing = progress.timing(vertex.id());
    steps.add(
        new BuildRecord.Step(
            vertex.id(),
            name == null ? vertex.toString() : name.text(),
            vertex.inputs().stream().map(input -> input.vertex().id()).toList(),
            vertex.op().parts(),
            known.map(Solver.Solved::key),
            known.map(Solver.Solved::inputs).orElse(List.of()),
            timing.outcome(),
            timing.queued(started),
            timing.took(),
            progress.amounts(vertex.id()),
            progress.isUncounted(vertex.id())));
  }
}
