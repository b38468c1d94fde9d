package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.PathPatterns;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Stage;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.plan.Bases;
import dev.larder.engine.plan.GlobalArgs;
import dev.larder.engine.plan.Place;
import dev.larder.engine.plan.PlanListener;
import dev.larder.engine.plan.PlanRequest;
import dev.larder.engine.plan.Planner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * One run of all rules over a Dockerfile. It looks in the order in which BuildKit does, so that of
 * a file that can't be built the same is found: the text, each instruction, the stages, and, while
 * the build is planned, instructions with their variables put in.
 */
@SuppressWarnings("exports") // plans are for the engine's own packages, what is found for all
public final class Checks implements PlanListener {
  /** The build argument that comes before what a file says itself. */
  private static final String ARGUMENT = "BUILDKIT_DOCKERFILE_CHECK";

  private static final Span NOWHERE = new Span(0, 0);

  private final Dockerfile file;
  private final List<Stage> stages;
  private final List<Rule> rules = Rule.all();
  private final List<Finding> found = new ArrayList<>();
  private final CheckOptions options;
  private final Report report;

  private Checks(Dockerfile file, CheckOptions options, PathPatterns ignored) {
    this.file = file;
    this.stages = file.stages();
    this.options = options;
    this.report = new Report(file.source(), options, ignored, NOWHERE, found);
  }

  /**
   * Begins a run with what needs no variables.
   *
   * @param buildArgs of the build, which may choose rules
   * @param ignored what the ignore file leaves out of the build context
   * @throws DockerfileException if the file, or the build argument, chooses rules in no known way
   */
  public static Checks begin(Dockerfile file, Map<String, String> buildArgs, PathPatterns ignored)
      throws DockerfileException {
    Checks checks = new Checks(file, options(file, buildArgs), ignored);
    checks.readText();
    return checks;
  }

  /**
   * Checks a file without building it: all stages, or what the target needs.
   *
   * @param request what would be built; its Dockerfile may have errors
   * @throws IOException if a base image can't be looked up for reasons of the world
   */
  public static CheckResult run(PlanRequest request, Bases bases, PathPatterns ignored)
      throws IOException, InterruptedException {
    Dockerfile file = request.dockerfile();
    List<Diagnostic> errors = new ArrayList<>();
    List<Finding> findings = List.of();
    try {
      Checks checks = begin(file, request.buildArgs(), ignored);
      errors.addAll(file.diagnostics().stream().filter(Diagnostic::isError).toList());
      if (errors.isEmpty()) {
        checks.readArguments(request);
        try {
          Planner.walk(request, bases, checks);
        } catch (DockerfileException e) {
          errors.addAll(e.diagnostics());
        }
      }
      findings = checks.findings();
      if (errors.isEmpty()) {
        checks.violation().ifPresent(text -> errors.add(Diagnostic.error(NOWHERE, text)));
      }
    } catch (DockerfileException e) {
      errors.add(e.diagnostic());
    }
    return new CheckResult(file.source(), findings, errors);
  }

  private static CheckOptions options(Dockerfile file, Map<String, String> buildArgs)
      throws DockerfileException {
    String given = buildArgs.get(ARGUMENT);
    Optional<Word> directive = file.directive("check");
    String text =
        given != null ? given : directive.map(word -> word.text().split(" ", 2)[0]).orElse("");
    try {
      return CheckOptions.parse(text);
    } catch (IllegalArgumentException e) {
      throw new DockerfileException(
          Diagnostic.error(
              given != null ? NOWHERE : directive.map(Word::span).orElse(NOWHERE),
              (given != null ? "failed to parse " + ARGUMENT : "failed to parse check options")
                  + ": "
                  + e.getMessage()));
    }
  }

  /** Up to the first instruction that can't be read. */
  private void readText() {
    rules.forEach(rule -> rule.text(file, report));
    int wrong =
        file.diagnostics().stream()
            .filter(Diagnostic::isError)
            .mapToInt(diagnostic -> diagnostic.span().start())
            .min()
            .orElse(Integer.MAX_VALUE);
    for (Instruction instruction : file.instructions()) {
      if (instruction.span().end() > wrong && !instruction.name().equals("MAINTAINER")) {
        return;
      }
      Report here = report.on(instruction);
      rules.forEach(rule -> rule.written(instruction, here));
    }
    if (!file.hasErrors()) {
      rules.forEach(rule -> rule.stages(stages, report));
    }
  }

  /** Looks at each FROM. To be called before a build is planned. */
  public void readArguments(PlanRequest request) {
    SequencedMap<String, String> given;
    SequencedMap<String, String> defaults;
    try {
      defaults = GlobalArgs.defaults(request);
      given = GlobalArgs.of(request);
    } catch (DockerfileException e) {
      return; // planning fails of the same
    }
    Set<String> declared = new TreeSet<>(given.keySet());
    file.globalArgs().forEach(arg -> arg.definitions().forEach(d -> declared.add(d.name().text())));
    Globals globals = new Globals(file.expander(), given, defaults, declared);
    for (Stage stage : stages) {
      Report here = report.on(stage.from());
      rules.forEach(rule -> rule.from(stage.from(), globals, here));
    }
  }

  @Override
  public void based(Span at, String name, Platform wanted, Platform found) {
    for (Instruction instruction : file.instructions()) {
      if (instruction.span().contains(at)) {
        Report here = report.at(instruction);
        rules.forEach(rule -> rule.based(name, wanted, found, here));
        return;
      }
    }
  }

  @Override
  public void applying(Place place) {
    Report here = at(place);
    rules.forEach(rule -> rule.applying(place, here));
  }

  @Override
  public void expanded(Place place, Word word, Expansion expansion) {
    Report here = at(place);
    rules.forEach(rule -> rule.expanded(place, word, expansion, here));
  }

  /** What a base wants run stands nowhere in this file: its FROM is shown. */
  private Report at(Place place) {
    return place.trigger()
        ? report.at(stages.get(place.stage()).from())
        : report.on(place.instruction());
  }

  /** What was found until now, by its place. */
  public List<Finding> findings() {
    return found.stream()
        .sorted(Comparator.comparingInt(Finding::first).thenComparing(Finding::rule))
        .toList();
  }

  /** Why nothing may be built, if the file wants findings to be errors and there are some. */
  public Optional<String> violation() {
    if (!options.error() || found.isEmpty()) {
      return Optional.empty();
    }
    Set<String> names = new TreeSet<>();
    found.forEach(finding -> names.add(finding.rule()));
    return Optional.of("lint violation found for rules: " + String.join(", ", names));
  }

  /** The file that is looked at. */
  public Source source() {
    return file.source();
  }
}
