package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.graph.FileAction;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Selector.Pick;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Names;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.source.ContextTree;
import dev.larder.engine.source.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** COPY and its kin on real files, as root: the outcomes are BuildKit's. */
final class FileActionsIT {
  @TempDir private Path from;
  @TempDir private Path root;
  @TempDir private Path memos;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void files() throws IOException {
    write("f", "file");
    write("d/x", "x");
    write("d/sub/y", "y");
    Inodes.changeMode(host("d"), 0711);
    Inodes.changeMode(host("d/sub"), 0750);
    Inodes.changeOwner(host("d/x"), 7, 8); // before the mode: it drops set-user-id
    Inodes.changeMode(host("d/x"), 04755);
    Inodes.changeOwner(host("d/sub"), 7, 8);
    Inodes.changeTime(host("d/x"), 1_000, 5);
    Inodes.changeTime(host("d/sub"), 2_000, 0);
    Inodes.changeTime(host("d"), 3_000, 0);
  }

  private String host(String path) {
    return from.resolve(path).toString();
  }

  private void write(String path, String text) throws IOException {
    Path file = from.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void there(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static Pick pick(String path, String... excludes) {
    return new Pick(path, true, true, true, List.of(excludes));
  }

  private static FileAction.Copy copy(String destination, Pick... picks) {
    return new FileAction.Copy(
        0, List.of(picks), destination, Optional.empty(), Optional.empty(), false, false, true);
  }

  private static FileAction.Copy copy(
      String source, String destination, String owner, String mode) {
    return new FileAction.Copy(
        0,
        List.of(pick(source)),
        destination,
        Optional.of(owner).filter(o -> !o.isEmpty()),
        Optional.of(mode).filter(m -> !m.isEmpty()),
        false,
        false,
        true);
  }

  private static FileAction.Copy unpack(String source, String destination, String owner) {
    FileAction.Copy copy = copy(source, destination, owner, "");
    return new FileAction.Copy(
        0, copy.picks(), destination, copy.owner(), Optional.empty(), true, false, true);
  }

  private void run(FileAction... actions) throws IOException {
    run(true, actions);
  }

  private void run(boolean based, FileAction... actions) throws IOException {
    Op.Files op =
        new Op.Files(
            based ? OptionalInt.of(1) : OptionalInt.empty(),
            List.of(actions),
            Platform.of("linux", "amd64"));
    FileActions.run(op, root, input -> tree(), warnings::add);
  }

  private FileTree tree() {
    try {
      return FileTree.of("stage \"s\"", from);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line a file: permissions, owner, path, and content or target. */
  private List<String> listing() throws IOException {
    List<String> lines = new ArrayList<>();
    list("", lines);
    return lines;
  }

  private void list(String folder, List<String> lines) throws IOException {
    for (Inodes.Entry entry : Inodes.list(root + folder)) {
      String path = folder + "/" + entry.name();
      Stat stat = Inodes.lstat(root + path);
      String line = "%o %d:%d %s".formatted(stat.permissions(), stat.uid(), stat.gid(), path);
      switch (stat.type()) {
        case Stat.DIRECTORY -> {
          lines.add(line + "/");
          list(path, lines);
        }
        case Stat.REGULAR ->
            lines.add(line + " " + Files.readString(root.resolve(path.substring(1))));
        case Stat.SYMBOLIC_LINK -> lines.add(line + " -> " + Inodes.readLink(root + path));
        default -> lines.add(line + " type " + Integer.toOctalString(stat.type()));
      }
    }
  }

  @Test
  void fileToPath_makesTheFoldersAboveIt() throws IOException {
    run(copy("/new/deep/name", pick("/f")));
    assertThat(listing())
        .containsExactly("755 0:0 /new/", "755 0:0 /new/deep/", "644 0:0 /new/deep/name file");
  }

  @Test
  void fileToFolder_keepsItsName() throws IOException {
    Files.createDirectories(root.resolve("there"));
    run(copy("/there", pick("/f")), copy("/made/", pick("/f")), copy("/dot/.", pick("/f")));
    assertThat(listing())
        .containsExactly(
            "755 0:0 /dot/",
            "644 0:0 /dot/f file",
            "755 0:0 /made/",
            "644 0:0 /made/f file",
            "755 0:0 /there/",
            "644 0:0 /there/f file");
  }

  @Test
  void folder_givesItsContentsAndTheirAttributesButNotItsOwn() throws IOException {
    run(copy("/t", pick("/d")));
    assertThat(listing())
        .containsExactly("755 0:0 /t/", "750 7:8 /t/sub/", "644 0:0 /t/sub/y y", "4755 7:8 /t/x x");
    assertThat(Inodes.lstat(root + "/t/x").mtimeSeconds()).isEqualTo(1_000);
    assertThat(Inodes.lstat(root + "/t/x").mtimeNanos()).isEqualTo(5);
    assertThat(Inodes.lstat(root + "/t/sub").mtimeSeconds()).isEqualTo(2_000);
    assertThat(Inodes.lstat(root + "/t").mtimeSeconds()).isEqualTo(3_000);
  }

  @Test
  void contextItself_givesNoTimeToItsCopy() throws IOException {
    Inodes.changeTime(from.toString(), 4_000, 0);
    ContextTree context =
        ContextTree.open(
            new ContextTree.Place("the build context", "context", from, Optional.empty(), false),
            memos,
            Clock.systemUTC(),
            event -> {},
            Digest.ofText("context"));
    Op.Files op =
        new Op.Files(
            OptionalInt.empty(),
            List.of(copy("/all", pick("/")), copy("/d", pick("/d"))),
            Platform.of("linux", "amd64"));
    FileActions.run(op, root, input -> context.tree(), warnings::add);
    assertThat(Inodes.lstat(root + "/all").mtimeSeconds()).isGreaterThan(1_000_000_000);
    assertThat(Inodes.lstat(root + "/all/d").mtimeSeconds()).isEqualTo(3_000);
    assertThat(Inodes.lstat(root + "/d").mtimeSeconds()).isEqualTo(3_000);
    FileActions.run(op, root, input -> tree(), warnings::add);
    assertThat(Inodes.lstat(root + "/all").mtimeSeconds()).isEqualTo(4_000);
  }

  @Test
  void existingFolders_areMergedAndGetTheSourcesAttributesBelowTheTop() throws IOException {
    there("t/sub/kept", "kept");
    there("t/x", "old");
    Inodes.changeMode(root + "/t", 0700);
    Inodes.changeMode(root + "/t/sub", 0777);
    run(copy("/t/", pick("/d/")));
    assertThat(listing())
        .containsExactly(
            "700 0:0 /t/",
            "750 7:8 /t/sub/",
            "644 0:0 /t/sub/kept kept",
            "644 0:0 /t/sub/y y",
            "4755 7:8 /t/x x");
  }

  @Test
  void severalSourcesAndPatterns_goIntoTheFolder() throws IOException {
    write("a.txt", "a");
    write("b.txt", "b");
    run(copy("/t/", pick("/f"), pick("/*.txt")), copy("/d/", pick("/d*")));
    assertThat(listing())
        .containsExactly(
            "755 0:0 /d/",
            "750 7:8 /d/sub/",
            "644 0:0 /d/sub/y y",
            "4755 7:8 /d/x x",
            "755 0:0 /t/",
            "644 0:0 /t/a.txt a",
            "644 0:0 /t/b.txt b",
            "644 0:0 /t/f file");
  }

  @Test
  void patternWithoutMatch_isAnErrorWhereRequired() {
    assertThatThrownBy(() -> run(copy("/t/", pick("/*.none"))))
        .hasMessage("no file matches \"/*.none\"");
    assertThatThrownBy(() -> run(copy("/t/", pick("/none"))))
        .hasMessage("\"none\": not found in stage \"s\"");
  }

  @Test
  void links_areCopiedAsLinksButFollowedWhereTheyAreTheSource() throws IOException {
    Files.createSymbolicLink(from.resolve("to-f"), Path.of("f"));
    Files.createSymbolicLink(from.resolve("d/dangling"), Path.of("/no/where"));
    Files.createSymbolicLink(from.resolve("to-d"), Path.of("/d"));
    Inodes.changeOwner(host("d/dangling"), 3, 4);
    run(copy("/one", pick("/to-f")), copy("/two/", pick("/to-*")), copy("/three", pick("/to-d")));
    assertThat(listing())
        .contains(
            "644 0:0 /one file", "644 0:0 /two/to-f file", "777 3:4 /two/dangling -> /no/where")
        .contains("4755 7:8 /three/x x");
  }

  @Test
  void linksInTheDestination_neverLeadOutOfTheRoot() throws IOException {
    Files.createDirectories(root.resolve("real"));
    Files.createSymbolicLink(root.resolve("abs"), Path.of("/real"));
    Files.createSymbolicLink(root.resolve("out"), Path.of("../../../../real/made"));
    Files.createSymbolicLink(root.resolve("file"), Path.of("real/target"));
    run(copy("/abs/a", pick("/f")), copy("/out/b", pick("/f")), copy("/file", pick("/f")));
    assertThat(listing())
        .contains("644 0:0 /real/a file", "644 0:0 /real/made/b file")
        .contains("644 0:0 /real/target file", "777 0:0 /file -> real/target");
  }

  @Test
  void conflicts_areErrorsInBuildKitsWords() throws IOException {
    there("t/sub", "a file");
    Files.createDirectories(root.resolve("u/x"));
    Files.createSymbolicLink(root.resolve("v"), Path.of("u"));
    assertThatThrownBy(() -> run(copy("/t", pick("/d"))))
        .hasMessage("cannot copy to non-directory: /t/sub");
    assertThatThrownBy(() -> run(copy("/u", pick("/d"))))
        .hasMessage("cannot replace to directory /u/x with file");
    assertThatThrownBy(() -> run(copy("/t/sub", pick("/d"))))
        .hasMessage("cannot copy to non-directory: /t/sub");
    assertThatThrownBy(() -> run(copy("/t/sub/f", pick("/f"))))
        .hasMessage("mkdir /t/sub: not a directory");
  }

  @Test
  void owner_isResolvedInTheRootAndGivenToAllThatIsMade() throws IOException {
    there("etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:1500:1501::/:/bin/sh\n");
    there("etc/group", "root:x:0:\nweb:x:33:\n");
    run(copy("/d", "/n/t", "app", ""), copy("/f", "/g", "app:web", ""), copy("/f", "/h", "5", ""));
    run(copy("/f", "/i", "nobody:6", ""));
    assertThat(listing())
        .contains("755 1500:1501 /n/", "755 1500:1501 /n/t/", "4755 1500:1501 /n/t/x x")
        .contains("644 1500:33 /g file", "644 5:5 /h file", "644 0:6 /i file");
    assertThat(warnings)
        .containsExactly("no user \"nobody\" in /etc/passwd for --chown=nobody:6: 0 is taken");
    assertThatThrownBy(() -> run(false, copy("/f", "/i", "app", "")))
        .hasMessageContaining("there is no /etc/passwd in an empty image");
  }

  @Test
  void mode_isGivenToFilesAndFolders() throws IOException {
    run(copy("/d", "/n/t", "", "710"), copy("/d", "/s", "", "u=rwX,go="));
    assertThat(listing())
        .containsExactly(
            "710 0:0 /n/",
            "710 0:0 /n/t/",
            "710 7:8 /n/t/sub/",
            "710 0:0 /n/t/sub/y y",
            "710 7:8 /n/t/x x",
            "755 0:0 /s/",
            "700 7:8 /s/sub/",
            "600 0:0 /s/sub/y y",
            "700 7:8 /s/x x");
  }

  @Test
  void excludesAndParents_chooseWhatIsMade() throws IOException {
    write("d/sub/z.md", "z");
    write("d/other/only.md", "o");
    run(copy("/e", pick("/d", "**/*.md", "!other/only.md", "x")));
    FileAction.Copy parents =
        new FileAction.Copy(
            0,
            List.of(pick("/./d/sub/y"), pick("/d/./s*/*.md")),
            "/p/",
            Optional.empty(),
            Optional.empty(),
            false,
            true,
            true);
    run(parents);
    assertThat(listing())
        .containsExactly(
            "755 0:0 /e/",
            "755 0:0 /e/other/",
            "644 0:0 /e/other/only.md o",
            "750 7:8 /e/sub/",
            "644 0:0 /e/sub/y y",
            "755 0:0 /p/",
            "711 0:0 /p/d/",
            "750 7:8 /p/d/sub/",
            "644 0:0 /p/d/sub/y y",
            "750 7:8 /p/sub/",
            "644 0:0 /p/sub/z.md z");
  }

  private static FileAction.Copy parents(String destination, String... paths) {
    return new FileAction.Copy(
        0,
        List.of(paths).stream().map(path -> pick(path)).toList(),
        destination,
        Optional.empty(),
        Optional.empty(),
        false,
        true,
        false);
  }

  @Test
  void parents_takeTheirPermissionsAlongButLeaveOwnersOfFoldersThatAreThere() throws IOException {
    there("p/d/sub/kept", "");
    Inodes.changeMode(root + "/p/d", 0700);
    Inodes.changeOwner(root + "/p/d", 5, 6);
    run(parents("/p/", "/./d/sub/y"));
    assertThat(listing())
        .containsExactly(
            "755 0:0 /p/",
            "711 5:6 /p/d/",
            "750 0:0 /p/d/sub/",
            "644 0:0 /p/d/sub/kept ",
            "644 0:0 /p/d/sub/y y");
  }

  @Test
  void patternsBeforeThePivot_giveEachFolderTheyMatch() throws IOException {
    write("m1/src/a.c", "1");
    write("m2/src/b.c", "2");
    write("m3", "a file");
    run(parents("/all/", "/m*/./**/*.c"));
    assertThat(listing())
        .containsExactly(
            "755 0:0 /all/",
            "644 0:0 /all/m3 a file",
            "755 0:0 /all/src/",
            "644 0:0 /all/src/a.c 1",
            "644 0:0 /all/src/b.c 2");
  }

  @Test
  void hardLinksAttributesAndNodes_areKept() throws IOException {
    Inodes.link(host("d/x"), host("d/x2"));
    Inodes.setAttribute(host("f"), "user.note", new byte[] {(byte) 0x90});
    Inodes.makeNode(host("d/pipe"), Stat.FIFO | 0644, 0, 0);
    Inodes.makeNode(host("d/null"), Stat.CHARACTER_DEVICE | 0666, 1, 3);
    Inodes.changeMode(host("d/null"), 0666);
    run(copy("/t/", pick("/d"), pick("/f")));
    assertThat(Inodes.lstat(root + "/t/x").inode()).isEqualTo(Inodes.lstat(root + "/t/x2").inode());
    assertThat(Inodes.attribute(root + "/t/f", "user.note")).hasValue(new byte[] {(byte) 0x90});
    Stat device = Inodes.lstat(root + "/t/null");
    assertThat(List.of(device.type(), device.deviceMajor(), device.deviceMinor()))
        .containsExactly(Stat.CHARACTER_DEVICE, 1, 3);
    assertThat(listing()).contains("666 0:0 /t/null type 20000", "644 0:0 /t/pipe type 10000");
  }

  @Test
  void namesThatAreNotUtf8_areKept() throws IOException {
    String name = Names.decode(new byte[] {'n', (byte) 0xFF});
    try (var file = Fd.open(host("d") + "/" + name, Fd.WRITE_ONLY | Fd.CREATE, 0644)) {
      file.write(new byte[] {'q'}, 0, 1);
    }
    run(copy("/t", pick("/d")));
    assertThat(Inodes.list(root + "/t")).extracting(Inodes.Entry::name).contains(name);
  }

  @Test
  void madeFoldersAndFiles_haveTheirModesAndOwners() throws IOException {
    Files.createDirectories(root.resolve("a"));
    Inodes.changeMode(root + "/a", 0700);
    run(
        new FileAction.MakeFolder("/a/b/c", 0755, Optional.of("9")),
        new FileAction.MakeFile("/a/", "doc", "text", Optional.of("0600"), Optional.of("1:2")),
        new FileAction.MakeFile("/e", "e", "é", Optional.empty(), Optional.empty()));
    assertThat(listing())
        .containsExactly(
            "700 0:0 /a/",
            "755 9:9 /a/b/",
            "755 9:9 /a/b/c/",
            "600 1:2 /a/doc text",
            "644 0:0 /e é");
  }

  @Test
  void removed_isGoneWithAllBelow() throws IOException {
    there("a/b/c", "");
    Files.createSymbolicLink(root.resolve("l"), Path.of("a/b"));
    run(new FileAction.Remove("/l", true), new FileAction.Remove("/none", false));
    assertThat(listing()).contains("644 0:0 /a/b/c ");
    run(new FileAction.Remove("/a", true));
    assertThat(listing()).isEmpty();
    assertThatThrownBy(() -> run(new FileAction.Remove("/a", true)))
        .hasMessage("remove /a: no such file or directory");
    assertThatThrownBy(() -> run(new FileAction.Remove("/", true)))
        .hasMessage("remove /: it is the root itself");
  }

  @Test
  void archives_areUnpackedWhateverTheyArePackedWith() throws Exception {
    Path packed = Files.createDirectory(from.resolve("packed"));
    for (String[] kind :
        List.of(
            new String[] {"--no-auto-compress", "plain"},
            new String[] {"-z", "gz"},
            new String[] {"-j", "bz2"},
            new String[] {"-J", "xz"})) {
      Process tar =
          new ProcessBuilder(
                  "tar",
                  kind[0],
                  "-C",
                  from.toString(),
                  "-cf",
                  packed.resolve(kind[1]).toString(),
                  "d")
              .inheritIO()
              .start();
      assertThat(tar.waitFor()).isZero();
      run(unpack("/packed/" + kind[1], "/" + kind[1], ""));
    }
    run(unpack("/packed/gz", "/owned", "1:2"));
    assertThat(listing()).filteredOn(l -> l.endsWith("/d/x x")).hasSize(5);
    assertThat(listing())
        .contains("711 0:0 /gz/d/", "750 7:8 /gz/d/sub/", "4755 7:8 /gz/d/x x")
        .contains("755 1:2 /owned/", "4755 1:2 /owned/d/x x");
    assertThat(Inodes.lstat(root + "/xz/d/sub").mtimeSeconds()).isEqualTo(2_000);
  }

  @Test
  void whatIsNoArchive_isCopied() throws IOException {
    write("fake.tar.gz", "not a tar");
    Files.write(from.resolve("zeros"), new byte[2048]);
    run(unpack("/fake.tar.gz", "/x/", ""), unpack("/zeros", "/z", ""), unpack("/d", "/y", ""));
    assertThat(listing()).contains("644 0:0 /x/fake.tar.gz not a tar", "4755 7:8 /y/x x");
    assertThat(root.resolve("z")).hasSize(2048);
  }

  @Test
  void changedFile_isCopiedWhole() throws IOException {
    byte[] large = new byte[3_000_001];
    new java.util.Random(5).nextBytes(large);
    Files.write(from.resolve("large"), large);
    run(copy("/large", pick("/large")));
    assertThat(Files.readAllBytes(root.resolve("large"))).isEqualTo(large);
  }
}
