package dev.larder.engine.inventory;

import dev.larder.engine.snapshot.StackedFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Debian's packages, by {@code dpkg}'s database, or by the folder that images without dpkg have
 * (deb822(5), dpkg-query(1)).
 */
final class Dpkg implements PackageReader {
  private static final String DATABASE = "/var/lib/dpkg";

  @Override
  public Ecosystem ecosystem() {
    return Ecosystem.APT;
  }

  @Override
  public void read(StackedFiles files, Found found) throws IOException {
    Optional<String> status = files.text(DATABASE + "/status");
    if (status.isPresent()) {
      for (Map<String, String> one : Stanzas.of(status.get())) {
        if (one.getOrDefault("Status", "").endsWith(" installed")) {
          add(files, found, one, DATABASE + "/status");
        }
      }
    }
    for (String path : files.below(DATABASE + "/status.d").keySet()) {
      if (!path.endsWith(".md5sums")) {
        for (Map<String, String> one : Stanzas.of(files.text(path).orElse(""))) {
          add(files, found, one, path);
        }
      }
    }
  }

  private static void add(StackedFiles files, Found found, Map<String, String> one, String place)
      throws IOException {
    String name = one.getOrDefault("Package", "");
    if (!name.isEmpty()) {
      found.add(name, one.getOrDefault("Version", ""), place, listed(files, one, name));
    }
  }

  private static List<String> listed(StackedFiles files, Map<String, String> one, String name)
      throws IOException {
    String info = DATABASE + "/info/" + name;
    String withArchitecture = info + ":" + one.getOrDefault("Architecture", "");
    for (String base : List.of(info, withArchitecture)) {
      Optional<String> list = files.text(base + ".list");
      if (list.isPresent()) {
        List<String> paths = new ArrayList<>();
        list.get().lines().forEach(path -> paths.add(merged(files, path)));
        paths.addAll(files.shown().subMap(base + ".", base + "/").keySet());
        return paths;
      }
    }
    Optional<String> sums = files.text(DATABASE + "/status.d/" + name + ".md5sums");
    List<String> paths = new ArrayList<>();
    if (sums.isPresent()) {
      sums.get()
          .lines()
          .filter(line -> line.contains("  "))
          .forEach(line -> paths.add(merged(files, "/" + line.substring(line.indexOf("  ") + 2))));
    }
    return paths;
  }

  /** Where /lib is a link to /usr/lib, packages still list /lib. */
  private static String merged(StackedFiles files, String path) {
    return !files.shown().containsKey(path) && files.shown().containsKey("/usr" + path)
        ? "/usr" + path
        : path;
  }
}
