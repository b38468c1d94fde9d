package dev.larder.engine.waste;

import dev.larder.engine.event.Waste;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A cache mount that holds nothing after a step that downloaded. */
final class EmptyMount {
  private EmptyMount() {}

  /** Why a tool keeps nothing, and how to mend it. */
  private record Cause(String text, String hint) {}

  static List<Waste> in(RanStep step) {
    List<Tool> called = Tool.calledBy(step);
    List<Waste> found = new ArrayList<>();
    for (RanStep.CacheUse mount : step.mounts()) {
      if (!mount.isEmpty()) {
        continue;
      }
      Optional<Tool> tool =
          called.stream()
              .filter(t -> t.place(step).filter(place -> t.isKeptIn(mount, place)).isPresent())
              .findFirst();
      if (tool.isPresent() || isForAnything(step, mount, called)) {
        Cause cause = tool.map(t -> cause(t, step, mount)).orElseGet(() -> unknown(step, mount));
        String text = "cache mount " + mount.target() + " is empty after it: " + cause.text();
        found.add(step.waste(Waste.Kind.EMPTY_MOUNT, step.downloaded(), text, cause.hint()));
      }
    }
    return found;
  }

  /** Of a step that calls no tool we know, and none of whose mounts got anything. */
  private static boolean isForAnything(RanStep step, RanStep.CacheUse mount, List<Tool> called) {
    return called.isEmpty()
        && Tool.named(mount.target()).isEmpty()
        && step.mounts().stream().allMatch(m -> m.grown() == 0);
  }

  private static Cause unknown(RanStep step, RanStep.CacheUse mount) {
    return removed(step, mount)
        .orElse(
            new Cause(
                "what it downloads goes elsewhere",
                "let it download into " + mount.target() + ", or leave the mount out"));
  }

  private static Optional<Cause> removed(RanStep step, RanStep.CacheUse mount) {
    String remove = "\\brm\\s+-\\w*[rR][^;&|]*\\s" + Pattern.quote(mount.target());
    return step.says(remove)
        ? Optional.of(new Cause("it removes the files itself", "leave out that rm"))
        : Optional.empty();
  }

  private static Cause cause(Tool tool, RanStep step, RanStep.CacheUse mount) {
    Optional<Cause> removed = removed(step, mount);
    if (removed.isPresent()) {
      return removed.get();
    }
    return switch (tool) {
      case PIP -> pip(step);
      case UV ->
          step.says("\\s(--no-cache|-n)\\s") || step.variable("UV_NO_CACHE").isPresent()
              ? new Cause("uv is told to keep nothing", "leave out --no-cache or UV_NO_CACHE")
              : nothing(tool, step);
      case NPM ->
          step.says("npm\\s+cache\\s+clean")
              ? new Cause("npm cache clean empties it", "leave out npm cache clean")
              : nothing(tool, step);
      case APT -> apt(step);
      case CARGO, GO, GRADLE, MAVEN -> nothing(tool, step);
    };
  }

  private static Cause nothing(Tool tool, RanStep step) {
    String text = tool.word() + " kept nothing in it";
    return step.isRoot()
        ? new Cause(text, "look at the cache settings of " + tool.word())
        : new Cause(text, "a new mount is root's: give it uid= and gid= of " + step.userName());
  }

  private static Cause pip(RanStep step) {
    if (step.says("\\s--no-cache-dir")) {
      return new Cause("pip is called with --no-cache-dir", "leave out --no-cache-dir");
    }
    // Also "0" and "off" mean that: pip heeds only that there is a value.
    if (step.variable("PIP_NO_CACHE_DIR").isPresent()) {
      return new Cause("PIP_NO_CACHE_DIR is set", "unset PIP_NO_CACHE_DIR for this step");
    }
    boolean plain =
        step.says("\\s(?:-i|--(?:extra-)?index-url)[=\\s]\\s*[\"']?http:")
            || isPlain(step, "PIP_INDEX_URL")
            || isPlain(step, "PIP_EXTRA_INDEX_URL");
    boolean trusted =
        step.says("\\s--trusted-host") || step.variable("PIP_TRUSTED_HOST").isPresent();
    String mend = "name the host by --trusted-host or PIP_TRUSTED_HOST, or use https";
    if (plain && !trusted) {
      return new Cause("pip keeps nothing from an index by plain http", mend);
    }
    return trusted || !step.isRoot()
        ? nothing(Tool.PIP, step)
        : new Cause("pip kept nothing in it", "if pip's index is plain http: " + mend);
  }

  private static boolean isPlain(RanStep step, String variable) {
    return step.variable(variable).filter(url -> url.startsWith("http:")).isPresent();
  }

  private static Cause apt(RanStep step) {
    if (step.says("apt(?:-get)?\\s+(?:auto)?clean")) {
      return new Cause("apt-get clean empties it", "leave out apt-get clean");
    }
    return step.says("docker-clean")
        ? nothing(Tool.APT, step)
        : new Cause(
            "apt of this image removes what it downloaded, probably by docker-clean",
            "rm -f /etc/apt/apt.conf.d/docker-clean before apt-get install");
  }
}
