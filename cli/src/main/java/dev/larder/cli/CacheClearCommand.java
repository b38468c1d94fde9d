package dev.larder.cli;

import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.prune.Kind;
import dev.larder.engine.prune.Limits;
import dev.larder.engine.prune.NothingToClearException;
import dev.larder.engine.prune.PruneRequest;
import dev.larder.engine.prune.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder cache clear}. */
final class CacheClearCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Forgets what earlier builds made, all or what one of these has, so that the next one"
                + " makes it anew.",
            "Removes of it what no image, no service and no running build needs.");
    CacheRemoval.addTo(spec);
    spec.addOption(Options.value("ID", "Cache mounts of this id", "--mount"));
    spec.addOption(
        Options.value("NAME", "What builds of this project alone have used", "--project"));
    spec.addOption(Options.value("NAME", "This image, and what made it", "--image"));
    spec.addOption(
        Options.value("[PROJECT/]SERVICE", "What made the image of a service", "--service"));
    spec.addPositional(
        Options.arguments("[MANAGER]", "0..*", "A package manager, such as pip: mounts, packages"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException, InterruptedException {
    List<String> words = Options.arguments(given, "MANAGER", 0, OptionalInt.of(1));
    Target target = target(given, words);
    PruneRequest request =
        new PruneRequest(
            target,
            EnumSet.allOf(Kind.class),
            item -> true,
            Limits.NONE,
            true,
            "larder cache clear");
    try {
      return CacheRemoval.run(given, invocation, request, what(target));
    } catch (NothingToClearException e) {
      String hint =
          target instanceof Target.Mount(String id)
              ? Suggestion.hint("", id, List.copyOf(e.known()))
              : e.known().isEmpty() ? "" : "there is " + String.join(", ", e.known());
      throw new FailureException("cache clear: " + e.getMessage(), hint);
    }
  }

  private static Target target(ParseResult given, List<String> words) throws UsageException {
    List<Target> targets = new ArrayList<>();
    for (String word : words) {
      targets.add(manager(word));
    }
    Options.one(given, "mount").map(Target.Mount::new).ifPresent(targets::add);
    Options.one(given, "project").map(Target.Project::new).ifPresent(targets::add);
    if (given.hasMatchedOption("image")) {
      String name = Options.one(given, "image").orElseThrow();
      targets.add(new Target.Image(BuildValues.imageName("--image", name).withDefaultTag()));
    }
    Options.one(given, "service")
        .ifPresent(
            text -> {
              int slash = text.indexOf('/');
              targets.add(
                  new Target.Service(
                      slash < 0 ? "" : text.substring(0, slash), text.substring(slash + 1)));
            });
    if (targets.size() > 1) {
      throw new UsageException("more than one thing to clear", "clear one after the other");
    }
    return targets.isEmpty() ? new Target.All() : targets.getFirst();
  }

  private static Target manager(String word) throws UsageException {
    try {
      return new Target.Manager(word);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          word + " is no package manager that is known",
          "one of "
              + String.join(", ", Target.managers())
              + "; or --mount, --project, --image, --service");
    }
  }

  private static String what(Target target) {
    return switch (target) {
      case Target.All() ->
          "all layers that no image and no service needs, all cache mounts, packages and files of"
              + " ADD";
      case Target.Mount(String id) -> "the cache mounts of the id " + id;
      case Target.Manager(String word) -> "the cache mounts and the packages of " + word;
      case Target.Packages packages -> "these packages";
      case Target.Project(String name) -> "what builds of project " + name + " alone have used";
      case Target.Image image ->
          "the name " + image.name().familiar() + " and the layers that only it needs";
      case Target.Service service -> "the layers that made the image of " + service.service();
    };
  }
}
