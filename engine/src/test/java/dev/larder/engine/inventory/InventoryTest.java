package dev.larder.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.StackedFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers are folders in here; what a package manager writes down is written by hand. */
final class InventoryTest {
  private static final int BLOCK = 4096;

  @TempDir Path home;

  private final List<LayerId> layers = new ArrayList<>();

  @Test
  void dpkg_countsListedFilesAndItsOwnNotes() throws IOException {
    layer("a");
    file(
        "var/lib/dpkg/status",
        """
        Package: libx
        Status: install ok installed
        Architecture: amd64
        Version: 1:2.0-1
        Description: a library
         of two lines

        Package: gone
        Status: deinstall ok config-files
        Version: 1
        """);
    file("var/lib/dpkg/info/libx:amd64.list", "/.\n/lib/x.so\n/usr/share/doc/libx\n");
    file("var/lib/dpkg/info/libx:amd64.md5sums", "0");
    file("usr/lib/x.so", "x".repeat(BLOCK + 1)); // listed as /lib, which is a link to /usr/lib
    assertThat(inventory().packages())
        .containsExactly(
            new InstalledPackage(
                Ecosystem.APT,
                "libx",
                "1:2.0-1",
                "/var/lib/dpkg/status",
                4L * BLOCK,
                4L * BLOCK,
                0));
  }

  @Test
  void imagesWithoutDpkg_haveAFileAPackage() throws IOException {
    layer("a");
    file("var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 2026a\n");
    file("var/lib/dpkg/status.d/tzdata.md5sums", "d41d8cd98f00b204e9800998ecf8427e  usr/share/z\n");
    file("usr/share/z", "z");
    assertThat(only("tzdata").version()).isEqualTo("2026a");
    assertThat(only("tzdata").bytes()).isEqualTo(BLOCK);
  }

  @Test
  void apk_listsFilesByFolder() throws IOException {
    layer("a");
    file("lib/apk/db/installed", "P:musl\nV:1.2-r0\nF:lib\nR:ld.so\nF:\nR:top\n\nP:none\nV:1\n\n");
    file("lib/ld.so", "1");
    file("top", "2");
    assertThat(only("musl").bytes()).isEqualTo(2L * BLOCK);
    assertThat(only("none").bytes()).isZero();
  }

  @Test
  void python_countsWhatRecordLists_alsoOutsideOfItsFolder() throws IOException {
    layer("a");
    String site = "usr/local/lib/python3.11/site-packages/";
    file(
        site + "big_pkg-2.1.dist-info/METADATA",
        "Metadata-Version: 2.1\nName: big-pkg\nVersion: 2.1\n\nName: not this one\n");
    file(
        site + "big_pkg-2.1.dist-info/RECORD",
        """
        big/a.py,sha256=x,1
        ../../../bin/big,,
        "with,comma.py",,
        big_pkg-2.1.dist-info/RECORD,,
        """);
    file(site + "big/a.py", "a");
    file(site + "with,comma.py", "a");
    file("usr/local/bin/big", "b");
    file("usr/lib/python3/dist-packages/six-1.egg-info/PKG-INFO", "Name: six\nVersion: 1\n");
    file("usr/lib/python3/dist-packages/six-1.egg-info/top_level.txt", "six\n");
    file("usr/lib/python3/dist-packages/six.py", "s");
    assertThat(only("big-pkg").bytes()).isEqualTo(5L * BLOCK);
    assertThat(only("big-pkg").version()).isEqualTo("2.1");
    assertThat(only("six").bytes()).isEqualTo(3L * BLOCK);
  }

  @Test
  void npm_leavesNestedPackagesToThemselves() throws IOException {
    layer("a");
    file("app/package.json", "{\"name\":\"the-app\",\"version\":\"0\"}");
    file("app/node_modules/a/package.json", "{\"name\":\"a\",\"version\":\"1.0.0\"}");
    file("app/node_modules/a/lib/package.json", "{\"type\":\"module\"}");
    file(
        "app/node_modules/a/node_modules/@s/b/package.json",
        "{\"name\":\"@s/b\",\"version\":\"2\"}");
    file("app/node_modules/a/node_modules/@s/b/index.js", "1");
    file("app/node_modules/broken/package.json", "{");
    List<InstalledPackage> packages = inventory().packages();
    assertThat(packages).extracting(InstalledPackage::name).containsExactlyInAnyOrder("a", "@s/b");
    assertThat(packages).allMatch(one -> one.bytes() == 2L * BLOCK);
  }

  @Test
  void jars_areNamedByMavenOrByTheirFile() throws IOException {
    layer("a");
    jar("app/lib/x.jar", "META-INF/maven/org.example/thing/pom.properties");
    file("app/lib/plain-lib-1.2.3.jar", "not a zip");
    assertThat(only("org.example:thing").version()).isEqualTo("4.5");
    assertThat(only("plain-lib").version()).isEqualTo("1.2.3");
  }

  @Test
  void gemsComposerAndConda() throws IOException {
    layer("a");
    file("gems/3.1/specifications/rack-3.0.1.gemspec", "");
    file("gems/3.1/gems/rack-3.0.1/lib/rack.rb", "1");
    file(
        "app/vendor/composer/installed.json",
        "{\"packages\":[{\"name\":\"m/log\",\"version\":\"3\",\"install-path\":\"../m/log\"}]}");
    file("app/vendor/m/log/Log.php", "1");
    file(
        "opt/conda/conda-meta/numpy-2.json",
        "{\"name\":\"numpy\",\"version\":\"2\",\"files\":[\"lib/n.so\"]}");
    file("opt/conda/lib/n.so", "1");
    assertThat(only("rack").version()).isEqualTo("3.0.1");
    assertThat(only("rack").bytes()).isEqualTo(BLOCK);
    assertThat(only("m/log").bytes()).isEqualTo(BLOCK);
    assertThat(only("numpy").bytes()).isEqualTo(2L * BLOCK);
  }

  @Test
  void fileOfTwoPackages_countsOnceInSums() throws IOException {
    layer("a");
    file("var/lib/dpkg/status.d/py", "Package: py\nVersion: 1\n");
    file("var/lib/dpkg/status.d/py.md5sums", "0  lib/six.py\n0  lib/six-1.dist-info/METADATA\n");
    file("lib/six.py", "s");
    file("lib/six-1.dist-info/METADATA", "Name: six\nVersion: 1\n");
    file("lib/six-1.dist-info/RECORD", "six.py,,\n");
    Inventory inventory = inventory();
    assertThat(only("six").bytes()).isEqualTo(3L * BLOCK);
    assertThat(only("six").claimed()).isEqualTo(BLOCK);
    assertThat(inventory.byEcosystem())
        .containsEntry(Ecosystem.APT, 2L * BLOCK)
        .containsEntry(Ecosystem.PIP, (long) BLOCK);
    assertThat(inventory.bytes())
        .isEqualTo(
            inventory.others()
                + inventory.byEcosystem().values().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void laterLayers_hideWhatIsBelow() throws IOException {
    layer("a");
    file("f", "old");
    file("folder/x", "1");
    layer("b");
    file("f", "n".repeat(BLOCK * 2));
    file("folder", "a file now");
    Inventory inventory = inventory();
    assertThat(inventory.layers())
        .containsExactly(
            new Inventory.LayerSize(2L * BLOCK, 2L * BLOCK),
            new Inventory.LayerSize(3L * BLOCK, 0));
    assertThat(inventory.bytes()).isEqualTo(3L * BLOCK);
    assertThat(inventory.gone()).isEqualTo(2L * BLOCK);
  }

  @Test
  void cachesLeftInside_areTold() throws IOException {
    layer("a");
    file("root/.cache/pip/http/a", "x".repeat(2 << 20));
    file("home/me/.npm/_cacache/b", "x".repeat(3 << 20));
    file("var/lib/apt/lists/small", "x");
    assertThat(inventory().leftovers())
        .containsExactly(
            new Leftover("/home/me/.npm", 3 << 20), new Leftover("/root/.cache", 2 << 20));
  }

  @Test
  void changes_areByNameWithAllVersions() throws IOException {
    layer("a");
    file("n/node_modules/x/package.json", "{\"name\":\"x\",\"version\":\"1\"}");
    file("n/node_modules/same/package.json", "{\"name\":\"same\",\"version\":\"1\"}");
    Inventory before = inventory();
    layers.clear();
    layer("b");
    file("n/node_modules/x/package.json", "{\"name\":\"x\",\"version\":\"2\"}");
    file("n/node_modules/same/package.json", "{\"name\":\"same\",\"version\":\"1\"}");
    file("m/node_modules/new/package.json", "{\"name\":\"new\",\"version\":\"1\"}");
    InventoryChanges changes = InventoryChanges.between(before, inventory());
    assertThat(changes.bytes()).isEqualTo(BLOCK);
    assertThat(changes.packages())
        .containsExactly(
            new InventoryChanges.Changed(Ecosystem.NPM, "new", "", "1", BLOCK),
            new InventoryChanges.Changed(Ecosystem.NPM, "x", "1", "2", 0));
  }

  private Inventory inventory() throws IOException {
    return Inventory.of(StackedFiles.of(home, new Snapshot(layers)), layers.size());
  }

  private InstalledPackage only(String name) throws IOException {
    List<InstalledPackage> found =
        inventory().packages().stream().filter(one -> one.name().equals(name)).toList();
    assertThat(found).as(name).hasSize(1);
    return found.getFirst();
  }

  private void layer(String letter) throws IOException {
    LayerId id = new LayerId(letter.repeat(26));
    layers.add(id);
    Files.createDirectories(folder());
  }

  private Path folder() {
    return home.resolve("layers").resolve(layers.getLast().text()).resolve("fs");
  }

  private void file(String path, String content) throws IOException {
    Path file = folder().resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private void jar(String path, String entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(
          "groupId=org.example\nartifactId=thing\nversion=4.5\n"
              .getBytes(StandardCharsets.ISO_8859_1));
      zip.closeEntry();
    }
    Path file = folder().resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes.toByteArray());
  }
}
