package dev.larder.engine.compose;

import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.PathPatterns;
import dev.larder.engine.dockerfile.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code develop.watch}. */
final class DevelopReader {
  private DevelopReader() {}

  static List<WatchRule> read(Section service, Context context) throws ComposeException {
    Section develop = service.section("develop");
    List<WatchRule> rules = new ArrayList<>();
    for (Yaml item : develop.items("watch")) {
      rules.add(rule(Section.of(develop.name() + ".watch", item), context));
    }
    develop.end(Set.of(), Set.of(), context.notDone());
    return List.copyOf(rules);
  }

  private static WatchRule rule(Section rule, Context context) throws ComposeException {
    WatchRule.Action action = action(rule);
    String text = rule.text("path").orElse("");
    if (text.isEmpty()) {
      throw ComposeException.at(rule.at(), rule.name() + " needs a path");
    }
    Path path = context.path(text);
    Optional<String> target = rule.text("target");
    if (action.syncs() && !target.map(t -> t.startsWith("/")).orElse(false)) {
      throw ComposeException.at(
          rule.at(), rule.name() + ": " + action + " needs a target that begins with /");
    }
    PathPatterns ignore = patterns(rule, "ignore");
    PathPatterns include = patterns(rule, "include");
    Section exec = rule.section("exec");
    List<String> command = command(exec);
    exec.end(
        Set.of(), Set.of("user", "privileged", "working_dir", "environment"), context.notDone());
    if (action == WatchRule.Action.SYNC_EXEC && command.isEmpty()) {
      throw ComposeException.at(rule.at(), rule.name() + ": sync+exec needs exec.command");
    }
    rule.end(Set.of(), Set.of("initial_sync"), context.notDone());
    return new WatchRule(action, path, target, ignore, include, command);
  }

  private static WatchRule.Action action(Section rule) throws ComposeException {
    String word = rule.text("action").orElse("");
    for (WatchRule.Action action : WatchRule.Action.values()) {
      if (action.toString().equals(word)) {
        return action;
      }
    }
    throw ComposeException.at(
        rule.at(),
        rule.name() + ": unknown action \"" + word + "\"",
        "one of rebuild, sync, restart, sync+restart, sync+exec");
  }

  private static List<String> command(Section exec) throws ComposeException {
    Optional<Yaml> value = exec.take("command");
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get() instanceof Yaml.Items items) {
      List<String> words = new ArrayList<>();
      for (Yaml item : items.items()) {
        words.add(Section.text(exec.name() + ".command", item));
      }
      return words;
    }
    return ShellWords.split(Section.text(exec.name() + ".command", value.get()), value.get().at());
  }

  private static PathPatterns patterns(Section rule, String key) throws ComposeException {
    List<String> lines = rule.texts(key);
    try {
      return lines.isEmpty()
          ? PathPatterns.NONE
          : PathPatterns.ignoreFile(new Source(rule.name() + "." + key, String.join("\n", lines)));
    } catch (DockerfileException e) {
      throw ComposeException.at(rule.at(), rule.name() + "." + key + ": " + e.getMessage());
    }
  }
}
