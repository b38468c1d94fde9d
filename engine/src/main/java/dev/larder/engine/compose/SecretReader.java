package dev.larder.engine.compose;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads the top-level secrets. */
final class SecretReader {
  private SecretReader() {}

  static SequencedMap<String, Build.Secret> read(
      Section secrets, Function<String, Path> path, Set<String> notDone) throws ComposeException {
    SequencedMap<String, Build.Secret> all = new LinkedHashMap<>();
    for (Map.Entry<String, Yaml.Field> entry : secrets.rest().entrySet()) {
      Section secret = Section.of("secrets." + entry.getKey(), entry.getValue().value());
      Optional<String> file = secret.text("file");
      Optional<String> variable = secret.text("environment");
      secret.end(Set.of("name", "labels"), Set.of("external", "driver"), notDone);
      if (file.isPresent()) {
        all.put(entry.getKey(), new Build.Secret.File(path.apply(file.get())));
      } else if (variable.isPresent()) {
        all.put(entry.getKey(), new Build.Secret.Variable(variable.get()));
      } else {
        throw ComposeException.at(
            entry.getValue().key(), "secrets." + entry.getKey() + " needs file or environment");
      }
    }
    return all;
  }

  static Build.Secret find(Context context, Place at, String who, String id)
      throws ComposeException {
    Build.Secret secret = context.secrets().get(id);
    if (secret == null) {
      throw ComposeException.at(
          at,
          who + " uses secret \"" + id + "\", which is not under secrets:",
          Nearest.hint(id, new TreeSet<>(context.secrets().keySet())));
    }
    return secret;
  }
}
