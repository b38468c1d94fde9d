package dev.larder.engine.inventory;

import dev.larder.engine.snapshot.StackedFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Alpine's packages, by apk's database of installed ones. */
final class Apk implements PackageReader {
  @Override
  public Ecosystem ecosystem() {
    return Ecosystem.APK;
  }

  @Override
  public void read(StackedFiles files, Found found) throws IOException {
    for (String database : List.of("/lib/apk/db/installed", "/usr/lib/apk/db/installed")) {
      Optional<String> text = files.text(database);
      if (text.isPresent()) {
        read(text.get(), database, found);
      }
    }
  }

  private static void read(String text, String database, Found found) {
    String name = "";
    String version = "";
    String folder = "";
    List<String> paths = new ArrayList<>();
    for (String line : (text + "\n\n").lines().toList()) {
      String value = line.length() > 2 ? line.substring(2) : "";
      if (line.isEmpty() && !name.isEmpty()) {
        found.add(name, version, database, paths);
        name = "";
        paths = new ArrayList<>();
      } else if (line.startsWith("P:")) {
        name = value;
      } else if (line.startsWith("V:")) {
        version = value;
      } else if (line.startsWith("F:")) {
        folder = value.isEmpty() ? "" : "/" + value;
      } else if (line.startsWith("R:")) {
        paths.add(folder + "/" + value);
      }
    }
  }
}
