package dev.larder.engine.build;

import com.google.gson.JsonArray;
import dev.larder.engine.digest.Digest;
import dev.larder.engine.event.Reason;
import dev.larder.engine.history.BuildRecord;
import dev.larder.engine.history.Bundle;
import dev.larder.engine.history.Comparison;
import dev.larder.engine.history.Confidential;
import dev.larder.engine.history.Explainer;
import dev.larder.engine.history.PackageLists;
import dev.larder.engine.history.TextDiff;
import dev.larder.engine.history.Trees;
import dev.larder.engine.lockfile.Packages;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.snapshot.Snapshot;
import dev.larder.engine.snapshot.Snapshots;
import dev.larder.engine.snapshot.TreeManifest;
import dev.larder.engine.solve.ResultCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Earlier builds, explained with what this machine still has of them. */
public final class Past {
  private static final int MAX_TEXT = 64 << 10;
  private static final int MAX_FILES = 50_000;

  private final Engine engine;
  private final StoredFacts stored;

  Past(Engine engine) {
    this.engine = engine;
    this.stored = new StoredFacts(engine);
  }

  /** A build with all that is known of it here. */
  public Bundle bundle(BuildRecord record) throws IOException {
    return Bundle.of(record, engine.history().readLog(record.id()), stored);
  }

  /** Takes a build of another machine in. */
  public void add(Bundle bundle) throws IOException {
    engine.history().add(bundle.record());
    engine.history().writeLog(bundle.record().id(), bundle.log());
    Trees trees = stored.trees();
    for (Map.Entry<Digest, TreeManifest> tree : bundle.trees().entrySet()) {
      trees.keep(tree.getKey(), tree.getValue(), Optional.empty());
    }
    PackageLists lists = stored.packages();
    for (Map.Entry<String, Packages> list : bundle.packages().entrySet()) {
      lists.keep(list.getKey(), list.getValue());
    }
    stored.trim();
  }

  /** In what a build differs from an earlier one, with what their bundles know besides. */
  public Comparison compare(Bundle now, Bundle earlier) throws IOException {
    return Comparison.of(now.record(), earlier.record(), new Both(now, new Both(earlier, stored)));
  }

  /** What the first knows, else the second. */
  private record Both(Explainer.Facts first, Explainer.Facts second) implements Explainer.Facts {
    @Override
    public Optional<TreeManifest> tree(Digest key) throws IOException {
      Optional<TreeManifest> tree = first.tree(key);
      return tree.isPresent() ? tree : second.tree(key);
    }

    @Override
    public Optional<Packages> packages(String file) throws IOException {
      Optional<Packages> list = first.packages(file);
      return list.isPresent() ? list : second.packages(file);
    }

    @Override
    public List<Digest> storedInputs(Digest key) throws IOException {
      List<Digest> inputs = first.storedInputs(key);
      return inputs.isEmpty() ? second.storedInputs(key) : inputs;
    }

    @Override
    public Optional<Reason.Removed> removed(Digest key) throws IOException {
      Optional<Reason.Removed> removed = first.removed(key);
      return removed.isPresent() ? removed : second.removed(key);
    }
  }

  /**
   * How a small text file that a step copied differs from its earlier bytes, in the lines of a
   * unified diff; empty where one of the two is no longer on this machine, is no text, or may hold
   * a secret.
   *
   * @param now the step that read the file
   */
  public List<String> diff(BuildRecord.Step now, Explainer.Edited file) throws IOException {
    if (Confidential.isName(file.path())) {
      return List.of();
    }
    Optional<String> before = text(file.step(), file.path(), file.before());
    Optional<String> after = before.isEmpty() ? before : text(now, file.path(), file.after());
    if (after.isEmpty()) {
      return List.of();
    }
    Optional<String> ends = lineEnds(before.get(), after.get());
    return ends.isPresent() ? List.of(ends.get()) : TextDiff.of(before.get(), after.get());
  }

  /** That nothing but the ends of lines differs, which a checkout may have changed. */
  private static Optional<String> lineEnds(String before, String after) {
    if (!before.replace("\r\n", "\n").equals(after.replace("\r\n", "\n"))) {
      return Optional.empty();
    }
    String to = after.length() > before.length() ? "LF became CRLF" : "CRLF became LF";
    return Optional.of(
        "only line endings differ: "
            + to
            + "; .gitattributes with \"* text=auto eol=lf\" keeps them");
  }

  /** The text of a file in the layer that a step made of it, told by its digest. */
  private Optional<String> text(BuildRecord.Step step, String path, Digest digest)
      throws IOException {
    if (step.key().isEmpty()) {
      return Optional.empty();
    }
    for (ResultCache.Stored result : engine.cache().results(step.key().get())) {
      JsonArray layers = result.outputs().getAsJsonArray("layers").get(0).getAsJsonArray();
      if (layers.isEmpty()) {
        continue;
      }
      LayerId top = new LayerId(layers.get(layers.size() - 1).getAsString());
      Snapshot snapshot = new Snapshot(List.of(top));
      if (engine.snapshots().has(snapshot)) {
        try (Snapshots.Mounted view = engine.snapshots().view(snapshot)) {
          Optional<String> found = find(view.root(), path, digest);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> find(Path root, String path, Digest digest) throws IOException {
    Path name = Path.of("/" + path).getFileName();
    try (Stream<Path> walk = Files.walk(root)) {
      Iterator<Path> files =
          walk.limit(MAX_FILES).filter(file -> file.getFileName().equals(name)).iterator();
      while (files.hasNext()) {
        Path file = files.next();
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= MAX_TEXT) {
          byte[] bytes = Files.readAllBytes(file);
          if (Digest.of(bytes).equals(digest)) {
            return decoded(bytes).filter(text -> !Confidential.isText(text));
          }
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return Optional.empty();
  }

  private static Optional<String> decoded(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.indexOf(0) < 0 ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
