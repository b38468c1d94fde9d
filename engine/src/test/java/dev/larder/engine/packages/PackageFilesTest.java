package dev.larder.engine.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.engine.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PackageFilesTest {
  private static final String HASH = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab";
  private static final String PAGE = "<!DOCTYPE html><html>try again later";

  @ParameterizedTest
  @CsvSource({
    "python, /packages/ab/cd/HASH/demo-1.0-py3-none-any.whl, hex:504b0304",
    "python, /root/pypi/+f/0123/456789abcdef01234/demo-1.0.tar.gz, hex:1f8b08",
    "python, /packages/ab/cd/HASH/demo-1.0-py3-none-any.whl.metadata, Metadata-Version: 2.1",
    "npm, /is-odd/-/is-odd-3.0.1.tgz, hex:1f8b08",
    "npm, /repo/npm/@types/node/-/node-22.1.0-beta.1.tgz, hex:1f8b08",
    "maven, /maven2/org/slf4j/slf4j-api/2.0.13/slf4j-api-2.0.13.jar, hex:504b0304",
    "maven, /m/org/slf4j/slf4j-api/2.0.13/slf4j-api-2.0.13-sources.jar, hex:504b0304",
    "maven, /m/org/slf4j/slf4j-api/2.0.13/slf4j-api-2.0.13.pom, <?xml version='1.0'?>",
    "maven, /m/a/b/r09/x/1.0/x-1.0.pom.sha1, da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "maven, /m/g/x/1.0/x-1.0.module, { }",
    "debian, /debian/pool/main/c/curl/curl_8.5.0-2_amd64.deb, !<arch>|",
    "debian, /debian/dists/sid/main/by-hash/SHA512/0abc, hex:fd377a585a00",
    "debian, /debian/pool/main/c/curl/curl_8.5.0.orig.tar.xz, hex:fd377a585a00",
    "go, /golang.org/x/text/@v/v0.14.0.zip, hex:504b0304",
    "go, /golang.org/x/text/@v/v0.14.0.mod, module golang.org/x/text",
    "go, /golang.org/x/text/@v/v0.0.0-20240101120000-abcdef123456.info, {\"Version\":\"v0\"}",
    "cargo, /crates/serde/serde-1.0.200.crate, hex:1f8b08",
    "cargo, /api/v1/crates/serde/1.0.200/download, hex:1f8b08",
    "conda, /conda-forge/linux-64/numpy-1.26.4-py312h_0.conda, hex:504b0304",
    "conda, /pkgs/main/noarch/tzdata-2024a-h04d1e81_0.tar.bz2, hex:425a6839",
    "nuget, /v3-flatcontainer/newtonsoft.json/13.0.3/newtonsoft.json.13.0.3.nupkg, hex:504b0304",
    "git, /repos/a/b/zipball/0123456789abcdef0123456789abcdef01234567, hex:504b0304",
    "git, /a/b/archive/0123456789abcdef0123456789abcdef01234567.tar.gz, hex:1f8b08",
    "alpine, /alpine/v3.20/main/x86_64/curl-8.9.1-r1.apk, hex:1f8b08",
    "rpm, /fedora/Packages/c/curl-8.6.0-8.fc40.x86_64.rpm, hex:edabeedb"
  })
  void releases_neverChange(String ecosystem, String path, String content) {
    byte[] body = body(content);
    String full = path.replace("HASH", HASH);
    assertThat(PackageFiles.ecosystem(full, body, Digest.of(body))).contains(ecosystem);
    byte[] page = PAGE.getBytes(StandardCharsets.US_ASCII);
    assertThat(PackageFiles.ecosystem(full, page, Digest.of(page)))
        .as("a page in its place")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/wheels/demo-1.0-py3-none-any.whl, hex:504b0304", // an index may let it be replaced
    "/simple/demo/, hex:1f8b08",
    "/is-odd, {}",
    "/is-odd/-/is-odd-latest.tgz, hex:1f8b08",
    "/is-odd/-/is-even-1.0.0.tgz, hex:1f8b08",
    "/m/g/x/1.0-SNAPSHOT/x-1.0-SNAPSHOT.jar, hex:504b0304",
    "/m/g/x/1.0-SNAPSHOT/x-1.0-20240101.120000-1.jar, hex:504b0304",
    "/m/g/x/maven-metadata.xml, <?xml version='1.0'?>",
    "/m/g/x/1.0/maven-metadata.xml, <?xml version='1.0'?>",
    "/dist/tool/latest/tool-latest.zip, hex:504b0304",
    "/debian/dists/sid/InRelease, -----BEGIN PGP SIGNED MESSAGE-----",
    "/debian/dists/sid/main/binary-amd64/Packages.xz, hex:fd377a585a00",
    "/golang.org/x/text/@v/list, v0.14.0",
    "/golang.org/x/text/@v/master.info, {}",
    "/golang.org/x/text/@latest, {}",
    "/conda-forge/linux-64/repodata.json.zst, hex:28b52ffd",
    "/v2/library/alpine/manifests/latest, {}",
    "/a/b/archive/main.tar.gz, hex:1f8b08",
    "/alpine/v3.20/main/x86_64/APKINDEX.tar.gz, hex:1f8b08"
  })
  void indexesAndWhatIsPublishedAgain_mayChange(String path, String content) {
    byte[] body = body(content);
    assertThat(PackageFiles.ecosystem(path, body, Digest.of(body))).isEmpty();
  }

  @Test
  void pathOfADigest_isBelievedForThatContentOnly() {
    byte[] body = body("layer");
    String digest = Digest.of(body).hex();
    for (String path :
        new String[] {
          "/v2/library/alpine/blobs/sha256:" + digest,
          "/debian/dists/sid/main/by-hash/SHA256/" + digest,
          "/files/" + digest + ".bin"
        }) {
      assertThat(PackageFiles.ecosystem(path, body, Digest.of(body))).isPresent();
      assertThat(PackageFiles.ecosystem(path, body, Digest.ofText("other"))).isEmpty();
      assertThat(PackageFiles.ecosystem(path.replace(digest, digest + "0"), body, Digest.of(body)))
          .isEmpty();
    }
  }

  @Test
  void gem_isATar() {
    byte[] gem = new byte[PackageFiles.BEGINNING];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, gem, 257, 5);
    assertThat(PackageFiles.ecosystem("/gems/rake-13.2.1.gem", gem, Digest.of(gem)))
        .contains("ruby");
    assertThat(
            PackageFiles.ecosystem(
                "/gems/rake-13.2.1.gem", Arrays.copyOf(gem, 200), Digest.of(gem)))
        .isEmpty();
  }

  private static byte[] body(String content) {
    return content.startsWith("hex:")
        ? HexFormat.of().parseHex(content.substring(4))
        : content.replace('|', '\n').getBytes(StandardCharsets.UTF_8);
  }
}
