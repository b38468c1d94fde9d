package dev.larder.engine.trust;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.InRoot;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * A machine's extra certificates in one step's root file system.
 *
 * <p>Bundles and Java keystores that the image has get them for the time of the run, and have their
 * old bytes and times back after it, as overlayfs shows them; the layer's comparison with what is
 * below then finds nothing changed. Tools that use no bundle, or a bundle that the step makes
 * first, find them by variables that name files in {@link #TARGET}. There is a bundle of our own
 * where the image has none.
 *
 * <p>Certificates that the image itself trusts are its own, and are not touched.
 */
public final class StepTrust {
  /**
   * Where the step sees {@link #folder}: in a file system that every step has of its own, so that
   * nothing more is seen in the image's.
   */
  public static final String TARGET = "/dev/larder-trust";

  private static final String BUNDLE = TARGET + "/ca.pem";

  /**
   * By tool: OpenSSL, Go and others; curl; git; Python requests; pip; Node and npm; cargo; AWS. Not
   * NPM_CONFIG_CAFILE, which npm needs no more and which node-gyp writes into what it builds.
   */
  private static final List<String> BUNDLE_VARIABLES =
      List.of(
          "SSL_CERT_FILE",
          "CURL_CA_BUNDLE",
          "GIT_SSL_CAINFO",
          "REQUESTS_CA_BUNDLE",
          "PIP_CERT",
          "NODE_EXTRA_CA_CERTS",
          "CARGO_HTTP_CAINFO",
          "AWS_CA_BUNDLE");

  /** A file that was changed for the run. */
  private static final class Touched {
    final String path;
    final byte[] before;
    final byte[] during;
    final Stat time;

    Touched(String path, byte[] before, byte[] during, Stat time) {
      this.path = path;
      this.before = before;
      this.during = during;
      this.time = time;
    }
  }

  private final Path root;
  private final Path folder;
  private final List<byte[]> certificates;
  private final List<Touched> touched = new ArrayList<>();
  private final SequencedMap<String, String> variables = new LinkedHashMap<>();
  private final Stat start;

  private StepTrust(Path root, Path folder, List<byte[]> certificates, Stat start) {
    this.root = root;
    this.folder = folder;
    this.certificates = certificates;
    this.start = start;
  }

  /**
   * Puts them in.
   *
   * @param root the step's root file system
   * @param environment the step's variables, of which none is replaced
   * @param folder an empty one, in memory, to be shown to the step at {@link #TARGET}
   * @return nothing if there is nothing to do
   */
  public static Optional<StepTrust> install(
      HostTrust trust, Path root, Map<String, String> environment, Path folder) throws IOException {
    if (trust.isEmpty()) {
      return Optional.empty();
    }
    List<byte[]> missing = new ArrayList<>(trust.certificates());
    List<byte[]> own = imageOwn(root);
    missing.removeIf(der -> own.stream().anyMatch(o -> Arrays.equals(o, der)));
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    StepTrust step = new StepTrust(root, folder, missing, ChangedFiles.now(folder));
    try {
      byte[] bundle = step.addToBundles();
      boolean java = step.addToKeystores(environment);
      step.writeFolder(bundle.length > 0 ? bundle : trust.roots(), trust, java, environment);
    } catch (IOException | RuntimeException e) {
      step.restore();
      throw e;
    }
    return Optional.of(step);
  }

  private static List<byte[]> imageOwn(Path root) throws IOException {
    List<byte[]> own = new ArrayList<>();
    for (String anchors : HostTrust.ANCHORS) {
      own.addAll(HostTrust.folder(root, anchors));
    }
    for (String bundle : HostTrust.BUNDLES) {
      Optional<String> file = regular(root, bundle);
      if (file.isPresent()) {
        own.addAll(Pem.read(TraceCleaner.read(file.get())));
      }
    }
    return own;
  }

  /** The text of the first bundle, as it was. */
  private byte[] addToBundles() throws IOException {
    byte[] block = TrustBlock.of(certificates);
    byte[] first = new byte[0];
    for (String path : HostTrust.BUNDLES) {
      Optional<String> file = regular(root, path);
      if (file.isPresent() && untouched(file.get())) {
        byte[] before = TraceCleaner.read(file.get());
        touch(file.get(), before, TrustBlock.add(before, block));
        first = first.length == 0 ? before : first;
      }
    }
    return first;
  }

  private boolean addToKeystores(Map<String, String> environment) throws IOException {
    boolean found = false;
    for (String path : keystores(environment)) {
      Optional<String> file = regular(root, path);
      if (file.isEmpty()) {
        continue;
      }
      found = true;
      if (untouched(file.get())) {
        byte[] before = TraceCleaner.read(file.get());
        Optional<byte[]> during = JavaKeystore.add(before, certificates);
        if (during.isPresent()) {
          touch(file.get(), before, during.get());
        }
      }
    }
    return found;
  }

  private Set<String> keystores(Map<String, String> environment) throws IOException {
    Set<String> paths = new TreeSet<>();
    paths.add("/etc/ssl/certs/java/cacerts");
    paths.add("/etc/pki/java/cacerts");
    paths.add("/etc/pki/ca-trust/extracted/java/cacerts");
    Set<String> homes = new TreeSet<>(Set.of("/opt/java/openjdk"));
    Optional.ofNullable(environment.get("JAVA_HOME")).ifPresent(homes::add);
    for (String parent : List.of("/usr/lib/jvm", "/usr/java", "/opt")) {
      String folder = InRoot.resolve(root.toString(), parent);
      if (Files.isDirectory(Path.of(folder))) {
        Inodes.list(folder).forEach(entry -> homes.add(parent + "/" + entry.name()));
      }
    }
    for (String home : homes) {
      paths.add(home + "/lib/security/cacerts");
      paths.add(home + "/jre/lib/security/cacerts");
    }
    return paths;
  }

  private void writeFolder(
      byte[] roots, HostTrust trust, boolean java, Map<String, String> environment)
      throws IOException {
    write("ca.pem", TrustBlock.add(roots, TrustBlock.of(certificates)));
    for (String name : BUNDLE_VARIABLES) {
      offer(name, BUNDLE, environment);
    }
    // It is read in addition to the usual files.
    write("apt.conf", text("Acquire::https::CaInfo \"" + BUNDLE + "\";\n"));
    offer("APT_CONFIG", TARGET + "/apt.conf", environment);
    if (regular(root, "/root/.wgetrc").isEmpty()) { // which it would be read in place of
      write("wgetrc", text("ca_certificate = " + BUNDLE + "\n"));
      offer("WGETRC", TARGET + "/wgetrc", environment);
    }
    if (!java) {
      // A Java that this step installs. The variables that every Java reads make it print a line.
      write("cacerts", trust.keystore());
      String options =
          "-Djavax.net.ssl.trustStore=" + TARGET + "/cacerts -Djavax.net.ssl.trustStoreType=jks";
      offer("MAVEN_OPTS", options, environment);
      offer("GRADLE_OPTS", options, environment);
    }
    Inodes.changeMode(folder.toString(), 0755);
  }

  private static byte[] text(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    Inodes.changeMode(file.toString(), 0644);
  }

  private void offer(String name, String value, Map<String, String> environment) {
    if (!environment.containsKey(name)) {
      variables.put(name, value);
    }
  }

  /** What the step gets beside its own variables. */
  public SequencedMap<String, String> variables() {
    return new LinkedHashMap<>(variables);
  }

  /** What the step sees at {@link #TARGET}, read-only. */
  public Path folder() {
    return folder;
  }

  /** Takes out of the image's own files what was put in; to be called however the step ended. */
  public void restore() throws IOException {
    while (!touched.isEmpty()) {
      Touched file = touched.removeLast();
      Optional<Stat> now = Inodes.find(file.path);
      if (now.isEmpty() || !now.get().isRegular()) {
        continue; // the step removed it
      }
      byte[] content = TraceCleaner.read(file.path);
      if (Arrays.equals(content, file.during)) {
        boolean same = sameTime(now.get(), file.time);
        overwrite(file.path, file.before, same ? file.time : now.get());
      }
    }
  }

  /**
   * Looks through all that the step wrote, and takes out what of the certificates was copied there:
   * marked blocks, certificates in text and in Java's keystores, and variables that were saved.
   *
   * @return the files that something was taken out of, as the step saw them
   * @throws IOException if there is a trace that can't be taken out; the layer must not be kept
   */
  public List<String> clean() throws IOException {
    TraceCleaner cleaner = new TraceCleaner(certificates, variables.keySet());
    List<String> cleaned = new ArrayList<>();
    for (String path : ChangedFiles.since(root.toString(), start)) {
      String file = root + path;
      if (cleaner.suspects(file)) {
        Stat time = Inodes.lstat(file);
        byte[] before = TraceCleaner.read(file);
        byte[] after = cleaner.clean(before);
        if (cleaner.traceIn(after)) {
          throw new IOException(
              "commit "
                  + path
                  + ": it holds a trace of the certificates of this machine, which are not to be"
                  + " part of the image (remove the file in the same RUN, or build with"
                  + " --trust none)");
        }
        if (!Arrays.equals(before, after)) {
          overwrite(file, after, time);
          cleaned.add(path);
        }
      }
    }
    return cleaned;
  }

  private void touch(String path, byte[] before, byte[] during) throws IOException {
    Stat time = Inodes.lstat(path);
    touched.add(new Touched(path, before, during, time));
    overwrite(path, during, time); // with the old time, so that a step that looks sees no change
  }

  private boolean untouched(String path) {
    return touched.stream().noneMatch(t -> t.path.equals(path));
  }

  private static boolean sameTime(Stat a, Stat b) {
    return a.mtimeSeconds() == b.mtimeSeconds() && a.mtimeNanos() == b.mtimeNanos();
  }

  /** In place: the folder keeps its time, and the file its inode, owner and mode. */
  private static void overwrite(String path, byte[] content, Stat time) throws Errno {
    try (Fd fd = Fd.open(path, Fd.WRITE_ONLY | Fd.TRUNCATE | Fd.NOFOLLOW, 0)) {
      fd.write(content, 0, content.length);
    }
    Inodes.changeTime(path, time.mtimeSeconds(), time.mtimeNanos());
  }

  private static Optional<String> regular(Path root, String path) throws Errno {
    String file = InRoot.resolve(root.toString(), path);
    return Inodes.find(file).filter(Stat::isRegular).map(s -> file);
  }
}
