package dev.larder.cli;

import dev.larder.engine.compose.Model;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder config}: what {@code docker compose config} shows. */
final class ConfigCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .description("Shows what the compose files come to, with everything merged and resolved.");
    ServiceSetup.addTo(spec);
    ServiceSetup.addProfile(spec);
    spec.addOption(Options.value("FORMAT", "yaml (the default) or json", "--format"));
    spec.addOption(Options.flag("Only check the files", "-q", "--quiet"));
    spec.addOption(Options.flag("Only the names of the services", "--services"));
    spec.addOption(Options.flag("Only the names of the profiles", "--profiles"));
    spec.addPositional(Options.arguments("SERVICE", "0..*", "Services to show; all by default"));
  }

  @Override
  public int run(ParseResult given, Invocation invocation)
      throws UsageException, FailureException, IOException {
    boolean json = Options.choice(given, "format", "yaml", "json");
    List<String> named = Options.arguments(given, "SERVICE", 0, OptionalInt.empty());
    Model model = ServiceSetup.model(given, invocation);
    Set<String> services = services(model, named, ServiceSetup.profiles(given, invocation));
    if (Options.on(given, "quiet")) {
      return Larder.OK;
    }
    if (Options.on(given, "services")) {
      services.forEach(invocation.out()::println);
    } else if (Options.on(given, "profiles")) {
      Set<String> profiles = new TreeSet<>();
      model.services().values().forEach(profiles::addAll);
      profiles.forEach(invocation.out()::println);
    } else {
      invocation.out().print(json ? model.json(services) : model.yaml(services));
    }
    return Larder.OK;
  }

  private static Set<String> services(Model model, List<String> named, Set<String> profiles)
      throws FailureException {
    Set<String> services = new LinkedHashSet<>(named);
    for (String name : named) {
      if (!model.services().containsKey(name)) {
        throw new FailureException(
            "no such service: " + name,
            "there are " + String.join(", ", model.services().keySet()));
      }
    }
    if (named.isEmpty()) {
      for (Map.Entry<String, List<String>> service : model.services().entrySet()) {
        List<String> its = service.getValue();
        boolean active =
            its.isEmpty() || profiles.contains("*") || its.stream().anyMatch(profiles::contains);
        if (active) {
          services.add(service.getKey());
        }
      }
    }
    return services;
  }
}
