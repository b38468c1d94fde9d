package dev.larder.engine.history;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.FileChange;
import dev.larder.engine.event.PackageChange;
import dev.larder.engine.event.Reason;
import dev.larder.engine.history.BuildRecord.Step;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.lockfile.LockFiles;
import dev.larder.engine.lockfile.Packages;
import dev.larder.engine.snapshot.TreeEntry;
import dev.larder.engine.snapshot.TreeManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds out why a step runs, by comparing it with the same step of earlier builds. Of several the
 * one that differs least is taken, and of those the newest: see docs/reasons.md.
 */
public final class Explainer {
  private static final int FILES = 50;

  private final List<Step> steps;
  private final List<BuildRecord> earlier;
  private final Facts facts;
  private final Map<Digest, Step> byVertex = new HashMap<>();
  private final Map<String, Alignment> alignments = new HashMap<>();

  /** What is known of the world besides the records. */
  public interface Facts {
    /** What is in the files behind a key, now or in an earlier build. */
    Optional<TreeManifest> tree(Digest key) throws IOException;

    /** What a manifest or lock file named, by the hex digest of its bytes. */
    Optional<Packages> packages(String file) throws IOException;

    /** One key of each input of the newest result that is stored under a key; empty for none. */
    List<Digest> storedInputs(Digest key) throws IOException;

    /** When and why the result of a key was removed. */
    Optional<Reason.Removed> removed(Digest key) throws IOException;
  }

  /**
   * Explains the steps of one build.
   *
   * @param steps all of them; keys are not looked at
   * @param earlier records of the same lineage, newest first
   */
  public Explainer(List<Step> steps, List<BuildRecord> earlier, Facts facts) {
    this.steps = List.copyOf(steps);
    this.earlier = List.copyOf(earlier);
    this.facts = facts;
    steps.forEach(step -> byVertex.put(step.vertex(), step));
  }

  /**
   * Why a step runs.
   *
   * @param reasons the first cause first; never empty
   * @param nearest one key of each input that the step had when it was compared with; empty if it
   *     was compared with none
   * @param against the id of the build that it was compared with; empty for none
   */
  public record Explanation(List<Reason> reasons, List<Digest> nearest, String against) {
    public Explanation {
      reasons = List.copyOf(reasons);
      nearest = List.copyOf(nearest);
    }
  }

  /** An earlier build's step, and what is different in this build. */
  private record Candidate(BuildRecord record, Step step, List<Digest> inputs, int differences) {}

  /**
   * Explains one step.
   *
   * @param vertex which
   * @param fresh the option that forbids earlier results; empty if none does
   * @param key what its result will be stored under
   * @param inputs one key of each input
   */
  public synchronized Explanation explain(
      Digest vertex, String fresh, Digest key, List<Digest> inputs) throws IOException {
    Step now = byVertex.get(vertex);
    if (now == null) {
      return new Explanation(List.of(new Reason.NewStep()), List.of(), "");
    }
    Optional<Candidate> nearest = nearest(now, inputs);
    List<Digest> before = nearest.map(Candidate::inputs).orElse(List.of());
    String against = nearest.map(candidate -> candidate.record().id()).orElse("");
    if (!fresh.isEmpty()) {
      return new Explanation(List.of(new Reason.NoCache(fresh)), before, against);
    }
    if (nearest.isEmpty()) {
      return new Explanation(List.of(unknown(now)), List.of(), "");
    }
    Candidate candidate = nearest.get();
    List<Reason> reasons = differences(now, inputs, candidate);
    if (reasons.isEmpty()) {
      reasons.add(same(candidate, key));
    }
    return new Explanation(reasons, before, against);
  }

  /**
   * In what a step differs from the same step of the earlier builds, whether or not it ran.
   *
   * @param inputs one key of each input; empty where they are not known
   * @return nothing if none of them has such a step
   */
  public synchronized Optional<List<Reason>> differences(Step now, List<Digest> inputs)
      throws IOException {
    Optional<Candidate> nearest = nearest(now, inputs);
    return nearest.isEmpty()
        ? Optional.empty()
        : Optional.of(differences(now, inputs, nearest.get()));
  }

  private List<Reason> differences(Step now, List<Digest> inputs, Candidate candidate)
      throws IOException {
    List<Reason> reasons =
        new ArrayList<>(PartChanges.of(now.parts(), candidate.step().parts(), now.place().args()));
    reasons.addAll(inputs(now, inputs, candidate));
    return reasons;
  }

  /** Whether a vertex is an instruction, and not something that one needs. */
  public boolean isInstruction(Digest vertex) {
    Step now = byVertex.get(vertex);
    return now != null && now.place().number() > 0;
  }

  /** The same step as it was when it ran last, in the newest of the earlier builds. */
  public synchronized Optional<Step> lastRan(Digest vertex) {
    Step now = byVertex.get(vertex);
    if (now == null) {
      return Optional.empty();
    }
    return earlier.stream()
        .flatMap(record -> alignment(record).earlier(now).stream())
        .filter(step -> step.outcome().equals("ran"))
        .findFirst();
  }

  /**
   * The files whose bytes a step found changed.
   *
   * @param inputs one key of each input
   */
  public synchronized List<Edited> edited(Step now, List<Digest> inputs) throws IOException {
    List<Edited> all = new ArrayList<>();
    Optional<Candidate> nearest = nearest(now, inputs);
    if (nearest.isEmpty() || nearest.get().inputs().size() != inputs.size()) {
      return all;
    }
    Candidate candidate = nearest.get();
    for (int i = 0; i < inputs.size(); i++) {
      Digest was = candidate.inputs().get(i);
      if (!was.equals(inputs.get(i))) {
        Optional<TreeManifest> tree = facts.tree(inputs.get(i));
        Optional<TreeManifest> before = facts.tree(was);
        if (tree.isPresent() && before.isPresent()) {
          edited(tree.get().changesSince(before.get()), candidate, all);
        }
      }
    }
    return all;
  }

  private static void edited(
      List<TreeManifest.Change> changes, Candidate candidate, List<Edited> all) {
    for (TreeManifest.Change change : changes) {
      TreeEntry was = change.before();
      TreeEntry is = change.after();
      if (change.kind() == TreeManifest.Kind.CONTENT
          && was != null
          && is != null
          && is.type() == Stat.REGULAR) {
        all.add(
            new Edited(
                FileChanges.path(change.path()),
                new Digest(was.what()),
                new Digest(is.what()),
                candidate.step()));
      }
    }
  }

  /**
   * A file whose bytes changed.
   *
   * @param path from the top of what was read
   * @param before the digest of its earlier bytes
   * @param after the digest of its bytes now
   * @param step the earlier step, which read them
   */
  public record Edited(String path, Digest before, Digest after, Step step) {}

  private Reason unknown(Step now) {
    boolean planned = false;
    for (BuildRecord record : earlier) {
      planned |= alignment(record).earlier(now).isPresent();
    }
    return earlier.isEmpty() || planned ? new Reason.NeverBuilt() : new Reason.NewStep();
  }

  private Reason same(Candidate candidate, Digest key) throws IOException {
    if (candidate.step().outcome().equals("failed")) {
      return new Reason.FailedBefore(candidate.record().id());
    }
    if (candidate.step().outcome().equals("cancelled")) {
      return new Reason.NeverBuilt();
    }
    Optional<Reason.Removed> removed =
        facts.removed(key).filter(one -> one.at().isAfter(candidate.record().started()));
    return removed.isPresent() ? removed.get() : new Reason.Gone(candidate.record().id());
  }

  private Alignment alignment(BuildRecord record) {
    return alignments.computeIfAbsent(record.id(), id -> Alignment.of(steps, record.steps()));
  }

  private Optional<Candidate> nearest(Step now, List<Digest> inputs) throws IOException {
    Optional<Candidate> best = Optional.empty();
    for (BuildRecord record : earlier) {
      Optional<Step> step = alignment(record).earlier(now).filter(one -> one.key().isPresent());
      if (step.isEmpty()) {
        continue;
      }
      List<Digest> before = step.get().inputKeys();
      int differences = now.parts().changedSince(step.get().parts()).size();
      if (before.size() != inputs.size()) {
        differences++;
      } else if (!before.equals(inputs)) {
        before = known(step.get(), inputs);
        for (int i = 0; i < inputs.size(); i++) {
          differences += inputs.get(i).equals(before.get(i)) ? 0 : 1;
        }
      }
      if (best.isEmpty() || differences < best.get().differences()) {
        best = Optional.of(new Candidate(record, step.get(), before, differences));
      }
    }
    return best;
  }

  /** A result that was found by how its inputs were made says itself what was in them. */
  private List<Digest> known(Step earlierStep, List<Digest> inputs) throws IOException {
    List<Digest> stored = facts.storedInputs(earlierStep.key().orElseThrow());
    return stored.size() == inputs.size() ? stored : earlierStep.inputKeys();
  }

  private List<Reason> inputs(Step now, List<Digest> inputs, Candidate candidate)
      throws IOException {
    List<Reason> files = new ArrayList<>();
    List<Reason> below = new ArrayList<>();
    Step before = candidate.step();
    if (candidate.inputs().size() != inputs.size() || now.inputs().size() != inputs.size()) {
      if (now.parts().equals(before.parts())) {
        below.add(
            new Reason.Changed(
                Reason.What.INPUTS,
                "",
                Integer.toString(candidate.inputs().size()),
                Integer.toString(inputs.size()),
                Reason.How.CHANGED));
      }
      return below;
    }
    for (int i = 0; i < inputs.size(); i++) {
      Digest was = candidate.inputs().get(i);
      if (was.equals(inputs.get(i))) {
        continue;
      }
      Step input = Objects.requireNonNull(byVertex.get(now.inputs().get(i)), "a plan is whole");
      Optional<Step> inputBefore = input(candidate, i);
      Optional<TreeManifest> tree = facts.tree(inputs.get(i));
      if (tree.isPresent()) {
        files.addAll(files(input, inputBefore, tree.get(), facts.tree(was)));
      } else {
        below.add(below(now, input, inputBefore));
      }
    }
    files.addAll(below);
    return files;
  }

  private static Optional<Step> input(Candidate candidate, int number) {
    List<Digest> inputs = candidate.step().inputs();
    if (number >= inputs.size()) {
      return Optional.empty();
    }
    Digest vertex = inputs.get(number);
    return candidate.record().steps().stream()
        .filter(step -> step.vertex().equals(vertex))
        .findFirst();
  }

  private List<Reason> files(
      Step input, Optional<Step> before, TreeManifest tree, Optional<TreeManifest> treeBefore)
      throws IOException {
    String kind = input.parts().kind();
    if ((kind.startsWith("http/") || kind.startsWith("git/")) && before.isPresent()) {
      List<Reason> changed = PartChanges.of(input.parts(), before.get().parts(), List.of());
      if (!changed.isEmpty()) {
        return changed.subList(0, 1);
      }
    }
    String script = input.parts().parts().getOrDefault("action.0", "");
    if (input.place().number() == 0 && script.equals("mkfile")) {
      return List.of(new Reason.Changed(Reason.What.COMMAND, "", "", "", Reason.How.CHANGED));
    }
    List<Reason> reasons = new ArrayList<>();
    List<FileChange> changes = new ArrayList<>();
    if (treeBefore.isPresent()) {
      for (TreeManifest.Change change : tree.changesSince(treeBefore.get())) {
        Optional<Reason> packages = packages(owner(input), change);
        packages.ifPresentOrElse(reasons::add, () -> changes.add(FileChanges.of(change)));
      }
    }
    if (reasons.isEmpty() || !changes.isEmpty()) {
      reasons.add(
          new Reason.FilesChanged(
              owner(input),
              changes.stream().limit(FILES).toList(),
              changes.size(),
              FileChanges.hint(changes)));
    }
    return reasons;
  }

  private Optional<Reason> packages(String owner, TreeManifest.Change change) throws IOException {
    TreeEntry was = change.before();
    TreeEntry is = change.after();
    if (change.kind() != TreeManifest.Kind.CONTENT
        || was == null
        || is == null
        || !LockFiles.isKnown(change.path())) {
      return Optional.empty();
    }
    Optional<Packages> before = facts.packages(was.what());
    Optional<Packages> after = facts.packages(is.what());
    if (before.isEmpty() || after.isEmpty()) {
      return Optional.empty();
    }
    List<PackageChange> changes = PackageLists.changes(after.get(), before.get());
    return Optional.of(
        new Reason.PackagesChanged(
            owner,
            FileChanges.path(change.path()),
            changes.stream().limit(FILES).toList(),
            changes.size()));
  }

  /** Whose files they are; empty is the build context. */
  private static String owner(Step input) {
    String kind = input.parts().kind();
    if (kind.startsWith("local/")) {
      String name = input.parts().parts().getOrDefault("name", "");
      return name.equals("context") ? "" : "context " + name;
    }
    if (kind.startsWith("http/") || kind.startsWith("git/")) {
      return input.parts().parts().getOrDefault("url", "");
    }
    if (kind.startsWith("image/")) {
      return "image " + input.place().image();
    }
    String stage = input.place().stage();
    return input.place().number() == 0 || stage.isEmpty() ? "" : "stage " + stage;
  }

  private static Reason below(Step now, Step input, Optional<Step> before) {
    boolean isImage = input.parts().kind().startsWith("image/");
    boolean wasImage = before.isPresent() && before.get().parts().kind().startsWith("image/");
    if (isImage && wasImage) {
      BuildRecord.Place is = input.place();
      BuildRecord.Place was = before.get().place();
      return is.image().equals(was.image())
          ? new Reason.BaseMoved(is.image(), was.imageDigest(), is.imageDigest())
          : new Reason.BaseChanged(was.image(), is.image());
    }
    if (isImage) {
      return new Reason.BaseChanged(
          before.map(step -> step.place().instruction()).orElse("scratch"), input.place().image());
    }
    return new Reason.Follows(called(now, input));
  }

  /** {@code step 4}, or {@code step 4 of stage build} where that is another one. */
  private static String called(Step now, Step input) {
    BuildRecord.Place place = input.place();
    String number = "step " + place.number();
    if (place.number() == 0) {
      return input.name();
    }
    return place.stage().equals(now.place().stage()) || place.stage().isEmpty()
        ? number
        : number + " of stage " + place.stage();
  }
}
