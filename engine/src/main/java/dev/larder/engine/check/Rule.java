package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Stage;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.plan.Place;
import java.util.List;
import java.util.Locale;

/**
 * One thing that is looked for. Names, messages and places are those of BuildKit's checks. A rule
 * may remember what it has seen of a file, so each run has rules of its own.
 */
public abstract class Rule {
  private final String name;
  private final String description;
  private final String advice;

  Rule(String name, String description, String advice) {
    this.name = name;
    this.description = description;
    this.advice = advice;
  }

  /** All rules, by name. */
  public static List<Rule> all() {
    return List.of(
        new ConsistentInstructionCasing(),
        new CopyIgnoredFile(),
        new DuplicateStageName(),
        new ExposeInvalidFormat(),
        new ExposeProtoCasing(),
        new FromAsCasing(),
        new FromPlatformFlagConstDisallowed(),
        new InvalidBaseImagePlatform(),
        new InvalidDefaultArgInFrom(),
        new InvalidDefinitionDescription(),
        new JsonArgsRecommended(),
        new LegacyKeyValueFormat(),
        new MaintainerDeprecated(),
        new MultipleInstructionsDisallowed(),
        new NoEmptyContinuation(),
        new RedundantTargetPlatform(),
        new ReservedStageName(),
        new SecretsUsedInArgOrEnv(),
        new StageNameCasing(),
        new UndefinedArgInFrom(),
        new UndefinedVar(),
        new WorkdirRelativePath());
  }

  /** What it is called where rules are chosen: {@code StageNameCasing}. */
  public final String name() {
    return name;
  }

  /** What it is about, one sentence. */
  public final String description() {
    return description;
  }

  /** Why it matters and what to do, a few sentences. */
  public final String advice() {
    return advice;
  }

  /** Whether it counts only if it is asked for. */
  public boolean experimental() {
    return false;
  }

  /** Where its page is among Larder's documents: {@code docs/rules/stage-name-casing.md}. */
  public final String page() {
    String words = name.replaceAll("([a-z])([A-Z])|([A-Z])([A-Z][a-z])", "$1$3-$2$4");
    return "docs/rules/" + words.toLowerCase(Locale.ROOT) + ".md";
  }

  /** Looks at the text of a file. */
  void text(Dockerfile file, Report report) {}

  /** Looks at an instruction as it is written. */
  void written(Instruction instruction, Report report) {}

  /** Looks at all stages as they are written. */
  void stages(List<Stage> stages, Report report) {}

  /** Looks at a FROM, whose arguments have values now. */
  void from(Instruction.From from, Globals globals, Report report) {}

  /** Looks at an image that was looked up. */
  void based(String name, Platform wanted, Platform found, Report report) {}

  /** Looks at an instruction when its turn comes. */
  void applying(Place place, Report report) {}

  /** Looks at a word whose variables were put in. */
  void expanded(Place place, Word word, Expansion expansion, Report report) {}
}
