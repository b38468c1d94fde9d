package dev.larder.engine.inventory;

import dev.larder.engine.snapshot.StackedFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Jars, wars and ears: by the {@code pom.properties} that Maven puts into them, else by their file
 * names. Jars inside of one (Spring Boot, wars) are part of its size.
 */
final class Jars implements PackageReader {
  private static final Pattern NAMED = Pattern.compile("(.+?)-(\\d[^/]*?)\\.(jar|war|ear)");
  private static final int MOST_PROPERTIES = 1 << 16;

  @Override
  public Ecosystem ecosystem() {
    return Ecosystem.JAVA;
  }

  @Override
  public void read(StackedFiles files, Found found) throws IOException {
    for (StackedFiles.File file : files.shown().values()) {
      if (file.isRegular() && file.path().matches(".*\\.(jar|war|ear)")) {
        read(file, found);
      }
    }
  }

  private static void read(StackedFiles.File file, Found found) {
    String name = ImagePaths.name(file.path());
    String version = "";
    Matcher named = NAMED.matcher(name);
    if (named.matches()) {
      name = named.group(1);
      version = named.group(2);
    }
    try (ZipFile jar = new ZipFile(file.place().toFile())) {
      List<Properties> poms = poms(jar);
      if (poms.size() == 1) { // several: a shaded jar, which only its own name describes
        name =
            poms.getFirst().getProperty("groupId", "?") + ":" + poms.getFirst().get("artifactId");
        version = poms.getFirst().getProperty("version", version);
      }
    } catch (IOException | IllegalArgumentException e) {
      // Not a jar, whatever its name says; it is listed by that.
    }
    found.add(name, version, file.path(), List.of(file.path()));
  }

  private static List<Properties> poms(ZipFile jar) throws IOException {
    List<Properties> poms = new ArrayList<>();
    for (ZipEntry entry : jar.stream().map(ZipEntry.class::cast).toList()) {
      if (entry.getName().matches("META-INF/maven/[^/]+/[^/]+/pom\\.properties")
          && entry.getSize() <= MOST_PROPERTIES) {
        Properties pom = new Properties();
        try (InputStream in = jar.getInputStream(entry)) {
          pom.load(in);
        }
        if (pom.containsKey("artifactId")) {
          poms.add(pom);
        }
      }
    }
    return poms;
  }
}
