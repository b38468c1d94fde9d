package dev.larder.engine.inventory;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.larder.engine.snapshot.StackedFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Packages whose managers write JSON: conda, npm (and pnpm and yarn), composer. */
final class JsonPackages {
  private static final String MODULES = "/node_modules/";

  private JsonPackages() {}

  /** A file {@code conda-meta/NAME-VERSION-BUILD.json} a package. */
  static final class Conda implements PackageReader {
    @Override
    public Ecosystem ecosystem() {
      return Ecosystem.CONDA;
    }

    @Override
    public void read(StackedFiles files, Found found) throws IOException {
      for (String path : files.shown().keySet()) {
        if (path.contains("/conda-meta/") && path.endsWith(".json")) {
          String prefix = path.substring(0, path.lastIndexOf("/conda-meta/"));
          object(files, path)
              .filter(json -> json.has("name") && json.get("files") instanceof JsonArray)
              .ifPresent(
                  json -> {
                    List<String> paths = new ArrayList<>(List.of(path));
                    for (JsonElement file : json.getAsJsonArray("files")) {
                      paths.add(prefix + "/" + file.getAsString());
                    }
                    found.add(text(json, "name"), text(json, "version"), path, paths);
                  });
        }
      }
    }
  }

  /** A folder with a {@code package.json} below a {@code node_modules}. */
  static final class Npm implements PackageReader {
    @Override
    public Ecosystem ecosystem() {
      return Ecosystem.NPM;
    }

    @Override
    public void read(StackedFiles files, Found found) throws IOException {
      for (String path : files.shown().keySet()) {
        int modules = path.lastIndexOf(MODULES);
        if (modules < 0 || !path.endsWith("/package.json")) {
          continue;
        }
        String folder = ImagePaths.folder(path);
        String below = folder.substring(modules + MODULES.length() - 1);
        boolean isPackage = below.matches("/[^/@][^/]*|/@[^/]+/[^/]+");
        Optional<JsonObject> json = isPackage ? object(files, path) : Optional.empty();
        if (json.isPresent() && json.get().has("name")) {
          List<String> own =
              files.below(folder).keySet().stream()
                  .filter(file -> !file.startsWith(folder + MODULES))
                  .toList();
          found.add(text(json.get(), "name"), text(json.get(), "version"), folder, own);
        }
      }
    }
  }

  /** {@code vendor/composer/installed.json} lists all of a project. */
  static final class Composer implements PackageReader {
    private static final String LIST = "/composer/installed.json";

    @Override
    public Ecosystem ecosystem() {
      return Ecosystem.COMPOSER;
    }

    @Override
    public void read(StackedFiles files, Found found) throws IOException {
      for (String path : files.shown().keySet()) {
        if (path.endsWith(LIST)) {
          Optional<JsonObject> json = object(files, path);
          if (json.isPresent() && json.get().get("packages") instanceof JsonArray all) {
            all.forEach(one -> add(files, found, path, one.getAsJsonObject()));
          }
        }
      }
    }

    private static void add(StackedFiles files, Found found, String list, JsonObject one) {
      String place =
          one.has("install-path") ? text(one, "install-path") : "../" + text(one, "name");
      String folder = ImagePaths.clean(ImagePaths.folder(list) + "/" + place);
      found.add(text(one, "name"), text(one, "version"), folder, files.below(folder).keySet());
    }
  }

  private static Optional<JsonObject> object(StackedFiles files, String path) throws IOException {
    Optional<String> text = files.text(path);
    try {
      return text.isPresent() && JsonParser.parseString(text.get()) instanceof JsonObject json
          ? Optional.of(json)
          : Optional.empty();
    } catch (JsonParseException e) {
      return Optional.empty(); // test data of some package
    }
  }

  private static String text(JsonObject json, String name) {
    return json.get(name) != null && json.get(name).isJsonPrimitive()
        ? json.get(name).getAsString()
        : "";
  }
}
