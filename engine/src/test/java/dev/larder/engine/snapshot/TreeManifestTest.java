package dev.larder.engine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.linux.Names;
import dev.larder.engine.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TreeManifestTest {
  private static final TreeEntry FILE =
      new TreeEntry(
          "f",
          Stat.REGULAR | 0644,
          0,
          0,
          Digest.ofText("x").hex(),
          Digest.ofText("attributes").hex());

  @Test
  void entry_lineIsInvertedByParse() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] name = new byte[1 + random.nextInt(12)];
      random.nextBytes(name);
      String text = Names.decode(name);
      TreeEntry entry =
          new TreeEntry(text, Stat.SYMBOLIC_LINK | 0777, random.nextInt(), 5, text, "-");
      assertThat(TreeEntry.parse(entry.line()).uid()).isEqualTo(entry.uid());
      assertThat(Names.encode(TreeEntry.parse(entry.line()).name()))
          .as("seed 7, round %d", i)
          .isEqualTo(name);
    }
  }

  @Test
  void entryDigest_changesWithEachAttributeButTheName() {
    assertThat(FILE.named("g").digest()).isEqualTo(FILE.digest());
    assertThat(
            List.of(
                FILE.digest(),
                new TreeEntry("f", Stat.REGULAR | 0600, 0, 0, FILE.what(), "-").digest(),
                new TreeEntry("f", Stat.REGULAR | 0644, 1, 0, FILE.what(), "-").digest(),
                new TreeEntry("f", Stat.REGULAR | 0644, 0, 1, FILE.what(), "-").digest(),
                new TreeEntry("f", Stat.REGULAR | 04644, 0, 0, FILE.what(), "-").digest(),
                new TreeEntry("f", Stat.SYMBOLIC_LINK | 0644, 0, 0, FILE.what(), "-").digest(),
                FILE.with("y").digest()))
        .doesNotHaveDuplicates();
  }

  @Test
  void attributes_countBesidesThoseOfSecurityAndSystem() {
    TreeMap<String, byte[]> attributes = new TreeMap<>();
    attributes.put("security.selinux", new byte[] {1});
    attributes.put("system.posix_acl_access", new byte[] {1});
    assertThat(TreeEntry.digestOf(attributes)).isEqualTo(TreeEntry.NONE);
    attributes.put("security.capability", new byte[] {1});
    String withCapability = TreeEntry.digestOf(attributes);
    assertThat(withCapability).isNotEqualTo(TreeEntry.NONE);
    attributes.put("user.a", new byte[] {(byte) 0x80});
    assertThat(TreeEntry.digestOf(attributes)).isNotEqualTo(withCapability);
  }

  @Test
  void bytes_areInvertedByParse() {
    TreeManifest tree = tree(FILE, FILE.named("a b"));
    assertThat(TreeManifest.parse(tree.toBytes())).isEqualTo(tree);
    assertThatThrownBy(() -> TreeManifest.parse("x\n".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("not a tree: it begins with \"x\"");
  }

  @Test
  void changes_nameEachFileAndWhatOfIt() {
    TreeManifest before = tree(FILE, FILE.named("gone"), FILE.named("mode"), FILE.named("same"));
    TreeManifest after =
        tree(
            FILE.with(Digest.ofText("y").hex()),
            new TreeEntry("mode", Stat.REGULAR | 0600, 0, 7, FILE.what(), FILE.attributes()),
            FILE.named("new"),
            FILE.named("same"));
    assertThat(after.changesSince(before))
        .extracting(TreeManifest.Change::toString)
        .containsExactly(
            "src/f changed",
            "src/gone is gone",
            "src/mode has other permissions",
            "src/mode has another owner",
            "src/new is new");
    assertThat(after.changesSince(after)).isEmpty();
  }

  private static TreeManifest tree(TreeEntry... files) {
    SequencedMap<Digest, List<TreeEntry>> folders = new LinkedHashMap<>();
    Digest inner = TreeManifest.digestOf(List.of(files));
    TreeEntry folder = new TreeEntry("src", Stat.DIRECTORY | 0755, 0, 0, inner.hex(), "-");
    Digest root = TreeManifest.digestOf(List.of(folder));
    folders.put(root, List.of(folder));
    folders.put(inner, List.of(files));
    return new TreeManifest(root, folders);
  }
}
