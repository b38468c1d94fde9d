package dev.larder.engine.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.http.Fields;
import dev.larder.engine.http.ResponseHead;
import dev.larder.engine.httpcache.StoredResponse;
import dev.larder.engine.store.BlobStore.Blob;
import dev.larder.engine.store.FileBlobStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptPackagesTest {
  private static final Instant NOW = Instant.parse("2026-05-03T10:00:00Z");
  private static final String TARBALL = "/a/-/a-1.0.0.tgz";

  @TempDir Path folder;
  private FileBlobStore blobs;
  private PackageStore store;
  private KeptPackages kept;

  @BeforeEach
  void open() throws IOException {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    blobs = FileBlobStore.open(folder.resolve("blobs"), clock);
    store = PackageStore.open(folder.resolve("packages"), blobs, new SecureRandom(), clock);
    kept = KeptPackages.open(folder.resolve("packages"), blobs);
  }

  private Wanted wanted(String origin, String target) {
    return store.wanted(origin, target, "", origin + target, Optional.empty(), Fields.NONE);
  }

  private Blob keep(Wanted wanted, Variant.Kind kind, String text) throws IOException {
    Blob body = blobs.put(text.getBytes(StandardCharsets.UTF_8));
    ResponseHead head = new ResponseHead(1, 200, "OK", Fields.NONE);
    StoredResponse response = new StoredResponse(head, NOW.minusSeconds(90), NOW.minusSeconds(60));
    store.keep(wanted, new Variant(kind, "", Fields.NONE, response, body.digest(), body.size()));
    return body;
  }

  private Path file(Digest digest) {
    return folder.resolve("blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex());
  }

  @Test
  void list_tellsUrl_kind_size_andTimes() throws IOException {
    Blob body = keep(wanted("http://a.test:81", TARBALL), Variant.Kind.PACKAGE, "tarball");
    assertThat(kept.list())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.url()).isEqualTo("http://a.test:81" + TARBALL);
              assertThat(one.host()).isEqualTo("a.test:81");
              assertThat(one.file()).isEqualTo("a-1.0.0.tgz");
              assertThat(one.kind()).isEqualTo("npm");
              assertThat(one.bytes()).isEqualTo(7);
              assertThat(one.bodies()).containsOnlyKeys(body.digest());
              assertThat(one.stored()).isEqualTo(NOW.minusSeconds(60));
              assertThat(one.used()).isEqualTo(NOW);
            });
  }

  @Test
  void kind_isThatOfThePath_onlyWhereTheFileNeverChanges() throws IOException {
    String digest = Digest.ofText("x").hex();
    keep(wanted("http://a.test", TARBALL), Variant.Kind.INDEX, "1");
    keep(wanted("http://b.test", TARBALL + "?x=y"), Variant.Kind.OFFLINE_ONLY, "2");
    keep(wanted("http://c.test", "/" + digest + "/six.whl"), Variant.Kind.PACKAGE, "3");
    keep(wanted("http://d.test", "/" + digest), Variant.Kind.PACKAGE, "4");
    keep(wanted("http://e.test", "/x.git/git-upload-pack"), Variant.Kind.PACKAGE, "5");
    assertThat(kept.list())
        .extracting(one -> one.host() + " " + one.kind())
        .containsExactlyInAnyOrder(
            "a.test index", "b.test offline", "c.test python", "d.test file", "e.test git");
    assertThat(KeptPackages.kinds()).contains("debian", "file", "git", "index", "offline", "oci");
  }

  @Test
  void bodyThatIsGone_countsNothing_andATornEntryIsAbsent() throws IOException {
    Wanted gone = wanted("http://a.test", TARBALL);
    Wanted torn = wanted("http://b.test", TARBALL);
    blobs.remove(keep(gone, Variant.Kind.PACKAGE, "gone").digest());
    keep(torn, Variant.Kind.PACKAGE, "torn");
    String hex = torn.key().hex();
    Path entry = folder.resolve("packages/entries/" + hex.substring(0, 2) + "/" + hex);
    Files.writeString(entry, Files.readString(entry).substring(0, 40));
    assertThat(kept.list())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.host()).isEqualTo("a.test");
              assertThat(one.bytes()).isZero();
              assertThat(one.used()).isEqualTo(one.stored());
            });
  }

  @Test
  void forgottenUrl_isNotFound_andItsBodyStays() throws IOException {
    Wanted wanted = wanted("http://a.test", TARBALL);
    Blob body = keep(wanted, Variant.Kind.PACKAGE, "tarball");
    kept.forget(kept.list().getFirst());
    assertThat(store.find(wanted, Fields.NONE)).isEmpty();
    assertThat(blobs.find(body.digest())).isPresent();
  }

  @Test
  void verify_removesWhatIsDamaged_withAllUrlsThatLeadToIt() throws IOException {
    Blob bad = keep(wanted("http://a.test", TARBALL), Variant.Kind.PACKAGE, "the same");
    keep(wanted("http://b.test", TARBALL), Variant.Kind.PACKAGE, "the same");
    keep(wanted("http://c.test", TARBALL), Variant.Kind.PACKAGE, "whole");
    assertThat(kept.verify()).isEqualTo(new KeptPackages.Verified(2, 13, List.of()));
    Files.writeString(file(bad.digest()), "the sane");
    KeptPackages.Verified verified = kept.verify();
    assertThat(verified.damaged())
        .extracting(KeptPackage::host)
        .containsExactlyInAnyOrder("a.test", "b.test");
    assertThat(blobs.find(bad.digest())).isEmpty();
    assertThat(kept.list()).extracting(KeptPackage::host).containsExactly("c.test");
  }
}
