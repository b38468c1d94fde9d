package dev.larder.engine.trust;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrustTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;
  private Path root = Path.of("/");
  private Path extra = Path.of("/");
  private Path roots = Path.of("/");
  private HostTrust trust = HostTrust.none();

  @BeforeEach
  void make() throws Exception {
    root = Files.createDirectory(folder.resolve("root"));
    extra = Authority.write(folder, "extra");
    roots = Authority.write(folder, "roots");
    Path machine = Files.createDirectory(folder.resolve("machine"));
    place(extra, machine, "usr/local/share/ca-certificates/extra.crt");
    place(roots, machine, "usr/share/ca-certificates/mozilla/roots.crt");
    place(roots, machine, "etc/ssl/certs/ca-certificates.crt");
    trust = HostTrust.find(machine, Map.of());
  }

  private static Path place(Path file, Path root, String path) throws IOException {
    Path to = root.resolve(path);
    Files.createDirectories(to.getParent());
    return Files.copy(file, to);
  }

  private Optional<StepTrust> install(Map<String, String> environment) throws IOException {
    return StepTrust.install(trust, root, environment, Files.createTempDirectory(folder, "memory"));
  }

  private byte[] der() throws IOException {
    return Pem.read(Files.readAllBytes(extra)).getFirst();
  }

  @Test
  void blocks_comeOutAsTheyWentIn() throws IOException {
    byte[] block = TrustBlock.of(List.of(der()));
    Random random = new Random(11);
    for (int round = 0; round < 2_000; round++) {
      byte[] before = new byte[random.nextInt(40)];
      random.nextBytes(before);
      byte[] after = TrustBlock.remove(TrustBlock.add(before, block));
      boolean newline = before.length > 0 && before[before.length - 1] != '\n';
      byte[] expected = newline ? Arrays.copyOf(before, before.length + 1) : before;
      if (newline) {
        expected[before.length] = '\n';
      }
      assertThat(after).as("round %d", round).isEqualTo(expected);
      assertThat(TrustBlock.remove(before)).isEqualTo(before);
      byte[] twice = TrustBlock.add(TrustBlock.add(before, block), block);
      assertThat(TrustBlock.remove(twice)).isEqualTo(expected);
    }
  }

  @Test
  void needles_areFoundWhereverTheyAre() throws IOException {
    Random random = new Random(5);
    byte[] first = "sixteen bytes and more".getBytes(US_ASCII);
    byte[] second = new byte[40];
    random.nextBytes(second);
    Needles needles = new Needles(List.of(first, second));
    for (int round = 0; round < 300; round++) {
      byte[] text = new byte[600_000];
      random.nextBytes(text);
      assertThat(needles.anyIn(new ByteArrayInputStream(text))).isFalse();
      byte[] needle = round % 2 == 0 ? first : second;
      int near = round % 3 == 0 ? (1 << 18) - random.nextInt(60) : random.nextInt(599_000);
      System.arraycopy(needle, 0, text, near, needle.length);
      assertThat(needles.anyIn(new ByteArrayInputStream(text))).as("round %d", round).isTrue();
      text[near + needle.length - 1]++;
      assertThat(needles.anyIn(new ByteArrayInputStream(text))).as("round %d", round).isFalse();
    }
  }

  @Test
  void machine_hasWhatItsAdministratorAdded() throws Exception {
    assertThat(trust.certificates()).singleElement().isEqualTo(der());
    Path machine = folder.resolve("machine");
    Path other = Authority.write(folder, "other");
    Path bundle = machine.resolve("named.pem");
    Files.writeString(bundle, Files.readString(roots) + Files.readString(other));
    HostTrust named = HostTrust.find(machine, Map.of("SSL_CERT_FILE", "/named.pem"));
    assertThat(named.certificates())
        .containsExactly(der(), Pem.read(Files.readAllBytes(other)).getFirst());
    assertThat(HostTrust.find(root, Map.of("SSL_CERT_FILE", "/nosuch")).isEmpty()).isTrue();
  }

  @Test
  void bundle_isRestoredToTheLastNanosecond() throws Exception {
    Path bundle = place(roots, root, "etc/ssl/certs/ca-certificates.crt");
    Inodes.changeTime(bundle.toString(), 1_111_111_111, 222);
    Inodes.changeTime(bundle.getParent().toString(), 1_111_111_111, 333);
    StepTrust step = install(Map.of()).orElseThrow();
    assertThat(Pem.read(Files.readAllBytes(bundle))).hasSize(2).contains(der());
    step.restore();
    assertThat(step.clean()).isEmpty();
    assertThat(bundle).hasSameBinaryContentAs(roots);
    Stat stat = Inodes.lstat(bundle.toString());
    assertThat(stat.mtimeSeconds()).isEqualTo(1_111_111_111);
    assertThat(stat.mtimeNanos()).isEqualTo(222);
    assertThat(Inodes.lstat(bundle.getParent().toString()).mtimeNanos()).isEqualTo(333);
  }

  @Test
  void bundleThatTheStepChanged_keepsTheChange() throws Exception {
    Path bundle = place(roots, root, "etc/ssl/certs/ca-certificates.crt");
    StepTrust step = install(Map.of()).orElseThrow();
    Files.writeString(bundle, Files.readString(bundle) + "# mine\n");
    step.restore();
    assertThat(step.clean()).containsExactly("/etc/ssl/certs/ca-certificates.crt");
    assertThat(bundle).hasContent(Files.readString(roots) + "# mine\n");
  }

  @Test
  void copies_areCleaned() throws Exception {
    Path bundle = place(roots, root, "etc/ssl/certs/ca-certificates.crt");
    StepTrust step = install(Map.of("PIP_CERT", "/mine")).orElseThrow();
    Files.copy(bundle, root.resolve("copy.pem"));
    Files.copy(extra, root.resolve("split.pem"));
    StringBuilder env = new StringBuilder("A=b\n");
    step.variables().forEach((name, value) -> env.append(name + "=" + value + "\n"));
    Files.writeString(root.resolve("env"), env.append("PIP_CERT=/mine\n"));
    Files.writeString(root.resolve("other"), "untouched");
    step.restore();
    assertThat(step.clean()).containsExactlyInAnyOrder("/copy.pem", "/split.pem", "/env");
    assertThat(root.resolve("copy.pem")).hasSameBinaryContentAs(roots);
    assertThat(root.resolve("split.pem")).isEmptyFile();
    assertThat(root.resolve("env")).hasContent("A=b\nPIP_CERT=/mine\n");
  }

  @Test
  void traceThatCannotBeTakenOut_isAnErrorThatNamesTheFile() throws Exception {
    StepTrust step = install(Map.of()).orElseThrow();
    Files.writeString(root.resolve("script"), "exec curl --cacert /dev/larder-trust/ca.pem");
    step.restore();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(step::clean)
        .withMessageContaining("commit /script: ")
        .withMessageContaining("--trust none");
    Files.delete(root.resolve("script"));
    Files.write(root.resolve("binary"), concat(new byte[] {1, 2, 3}, der()));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(step::clean)
        .withMessageContaining("commit /binary: ");
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  @Test
  void keystores_ofBothTypesAreRestored() throws Exception {
    for (String type : List.of("jks", "pkcs12")) {
      Path cacerts = root.resolve("opt/" + type + "/lib/security/cacerts");
      Files.createDirectories(cacerts.getParent());
      importInto(cacerts, type, roots);
      byte[] before = Files.readAllBytes(cacerts);
      StepTrust step = install(Map.of()).orElseThrow();
      assertThat(list(cacerts)).containsExactlyInAnyOrder("larder-trust-0", "roots.crt");
      Path copy = root.resolve(type + ".copy");
      Files.copy(cacerts, copy);
      step.restore();
      assertThat(Files.readAllBytes(cacerts)).isEqualTo(before);
      assertThat(step.clean()).containsExactly("/" + type + ".copy");
      assertThat(list(copy)).containsExactly("roots.crt");
      Files.delete(copy);
    }
  }

  @Test
  void keystoreThatTheStepChanged_keepsTheChange() throws Exception {
    Path cacerts = root.resolve("etc/ssl/certs/java/cacerts");
    Files.createDirectories(cacerts.getParent());
    importInto(cacerts, "jks", roots);
    StepTrust step = install(Map.of()).orElseThrow();
    importInto(cacerts, "jks", Authority.write(folder, "stepsown"));
    step.restore();
    assertThat(step.clean()).containsExactly("/etc/ssl/certs/java/cacerts");
    assertThat(list(cacerts)).containsExactlyInAnyOrder("roots.crt", "stepsown.crt");
  }

  @Test
  void keystoreOfOurOwn_isReadByJava() throws Exception {
    StepTrust step = install(Map.of()).orElseThrow();
    assertThat(step.variables()).containsKeys("MAVEN_OPTS", "SSL_CERT_FILE");
    assertThat(list(step.folder().resolve("cacerts"))).hasSize(2);
    assertThat(Pem.read(Files.readAllBytes(step.folder().resolve("ca.pem")))).hasSize(2);
  }

  @Test
  void certificatesOfTheImage_areItsOwn() throws Exception {
    place(extra, root, "usr/local/share/ca-certificates/corporate.crt");
    assertThat(install(Map.of())).isEmpty();
    trust = HostTrust.none();
    assertThat(install(Map.of())).isEmpty();
  }

  @Test
  void variablesOfTheStep_stay() throws Exception {
    StepTrust step = install(Map.of("SSL_CERT_FILE", "/x", "MAVEN_OPTS", "-Xmx1g")).orElseThrow();
    assertThat(step.variables()).doesNotContainKeys("SSL_CERT_FILE", "MAVEN_OPTS");
  }

  @Test
  void certificates_areFoundAmongOtherText() throws Exception {
    String text = "x\n" + Files.readString(extra) + "y\n" + Files.readString(roots) + "z";
    assertThat(Pem.read(text.getBytes(ISO_8859_1))).hasSize(2);
    byte[] first = der();
    byte[] left = Pem.without(text.getBytes(ISO_8859_1), c -> Arrays.equals(c, first));
    assertThat(left).asString().isEqualTo("x\ny\n" + Files.readString(roots) + "z");
    List<byte[]> same = new ArrayList<>(Pem.read(Pem.write(first).getBytes(US_ASCII)));
    assertThat(same).singleElement().isEqualTo(first);
  }

  private static void importInto(Path file, String type, Path certificate) throws Exception {
    KeyStore keys = KeyStore.getInstance(type);
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        keys.load(in, PASSWORD);
      }
    } else {
      keys.load(null, PASSWORD);
    }
    try (InputStream in = Files.newInputStream(certificate)) {
      keys.setCertificateEntry(
          certificate.getFileName().toString(),
          CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      keys.store(out, PASSWORD);
    }
  }

  private static List<String> list(Path file) throws Exception {
    return Collections.list(KeyStore.getInstance(file.toFile(), PASSWORD).aliases());
  }
}
