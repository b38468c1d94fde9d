package dev.larder.engine.inventory;

import dev.larder.engine.snapshot.StackedFiles;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Python's distributions, by their metadata folders (PyPA, "Recording installed projects") and by
 * the older {@code .egg-info} that distributions ship.
 */
final class Python implements PackageReader {
  @Override
  public Ecosystem ecosystem() {
    return Ecosystem.PIP;
  }

  @Override
  public void read(StackedFiles files, Found found) throws IOException {
    for (String path : files.shown().keySet()) {
      if (path.endsWith(".dist-info/METADATA") || path.endsWith(".egg-info/PKG-INFO")) {
        metadata(files, found, path, ImagePaths.folder(path));
      } else if (path.endsWith(".egg-info")) {
        metadata(files, found, path, path);
      }
    }
  }

  private static void metadata(StackedFiles files, Found found, String path, String info)
      throws IOException {
    Optional<String> text = files.text(path);
    if (text.isEmpty()) {
      return;
    }
    // The headers end at the first empty line; what follows is the description.
    var headers = Stanzas.of(text.get());
    if (!headers.isEmpty() && headers.getFirst().containsKey("Name")) {
      found.add(
          headers.getFirst().get("Name"),
          headers.getFirst().getOrDefault("Version", ""),
          info,
          installed(files, info));
    }
  }

  private static Collection<String> installed(StackedFiles files, String info) throws IOException {
    String site = ImagePaths.folder(info);
    Optional<String> record = files.text(info + "/RECORD");
    Set<String> paths = new HashSet<>(files.below(info).keySet());
    paths.add(info);
    if (record.isPresent()) {
      for (String line : record.get().lines().toList()) {
        String file = firstField(line);
        paths.add(file.startsWith("/") ? file : ImagePaths.clean(site + "/" + file));
      }
      return paths;
    }
    Optional<String> top = files.text(info + "/top_level.txt");
    for (String name : top.orElse("").lines().toList()) {
      paths.addAll(files.below(site + "/" + name).keySet());
      paths.add(site + "/" + name + ".py");
    }
    return paths;
  }

  /** Of a line of comma-separated values. */
  private static String firstField(String line) {
    if (line.startsWith("\"")) {
      int end = line.indexOf("\",");
      return (end < 0 ? line.substring(1) : line.substring(1, end)).replace("\"\"", "\"");
    }
    int comma = line.indexOf(',');
    return comma < 0 ? line : line.substring(0, comma);
  }
}
