package dev.larder.engine.inventory;

import dev.larder.engine.snapshot.StackedFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ruby's gems, by the names of their specifications. */
final class Gems implements PackageReader {
  private static final Pattern SPECIFICATION =
      Pattern.compile("(.*)/specifications/(?:default/)?((.+?)-(\\d[^/]*))\\.gemspec");

  @Override
  public Ecosystem ecosystem() {
    return Ecosystem.GEM;
  }

  @Override
  public void read(StackedFiles files, Found found) {
    for (String path : files.shown().keySet()) {
      Matcher gem = path.endsWith(".gemspec") ? SPECIFICATION.matcher(path) : null;
      if (gem != null && gem.matches()) {
        List<String> paths = new ArrayList<>(List.of(path));
        paths.addAll(files.below(gem.group(1) + "/gems/" + gem.group(2)).keySet());
        paths.addAll(
            files.below(gem.group(1) + "/extensions").keySet().stream()
                .filter(file -> file.contains("/" + gem.group(2) + "/"))
                .toList());
        found.add(gem.group(3), gem.group(4), path, paths);
      }
    }
  }
}
