package dev.larder.engine.compose;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes the paths of a canonical file absolute: they start in a folder, or in the home folder. */
final class AbsolutePaths {
  private static final Set<String> PATHS =
      Set.of(
          "services.*.build.context",
          "services.*.build.additional_contexts.*",
          "services.*.env_file[].path",
          "services.*.label_file[]",
          "services.*.develop.watch[].path",
          "services.*.extends.file",
          "secrets.*.file",
          "configs.*.file");

  /** What names something else than a folder: a URL, a git address, {@code service:name}. */
  private static final Pattern NOT_A_FOLDER =
      Pattern.compile("[a-z][a-z0-9+.-]*:.*|[A-Za-z0-9_-]+@[A-Za-z0-9.-]+:.*|github\\.com/.*");

  private final Path folder;
  private final String home;

  private AbsolutePaths(Path folder, String home) {
    this.folder = folder;
    this.home = home;
  }

  static Yaml.Fields of(Yaml.Fields file, Path folder, Map<String, String> variables) {
    AbsolutePaths paths = new AbsolutePaths(folder, variables.getOrDefault("HOME", "/root"));
    return (Yaml.Fields) paths.at("", file);
  }

  private Yaml at(String place, Yaml value) {
    return switch (value) {
      case Yaml.Scalar s -> PATHS.contains(place) ? absolute(s, place.contains(".build.")) : s;
      case Yaml.Nothing n -> n;
      case Yaml.Items i -> {
        List<Yaml> items = new ArrayList<>();
        i.items().forEach(item -> items.add(at(Forms.item(place), item)));
        yield new Yaml.Items(i.at(), items);
      }
      case Yaml.Fields f -> {
        SequencedMap<String, Yaml.Field> fields = new LinkedHashMap<>();
        boolean bind =
            place.equals("services.*.volumes[]")
                && f.at("type") instanceof Yaml.Scalar s
                && s.text().equals("bind");
        f.fields()
            .forEach(
                (key, field) ->
                    fields.put(
                        key,
                        field.with(
                            bind && key.equals("source") && field.value() instanceof Yaml.Scalar s
                                ? absolute(s, false)
                                : at(Forms.below(place, key), field.value()))));
        yield new Yaml.Fields(f.at(), fields);
      }
    };
  }

  private Yaml absolute(Yaml.Scalar s, boolean maybeElse) {
    String text = s.text();
    return maybeElse && NOT_A_FOLDER.matcher(text).matches()
        ? s
        : new Yaml.Scalar(s.at(), path(folder, home, text).toString());
  }

  static Path path(Path folder, String home, String text) {
    return text.equals("~") || text.startsWith("~/")
        ? Path.of(home + text.substring(1)).normalize()
        : folder.resolve(text).normalize();
  }
}
