package dev.larder.engine.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A file that is there whole or, if writing it fails, as it was before. */
public final class ExportFile {
  private static final int BUFFER = 1 << 17;

  /** What writes the content. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException, InterruptedException;
  }

  private ExportFile() {}

  /** Writes a file under another name beside it, then gives it its name. */
  public static void write(Path file, Content content) throws IOException, InterruptedException {
    Path absolute = file.toAbsolutePath();
    Path folder = absolute.getParent();
    if (folder == null || Files.isDirectory(absolute)) {
      throw new IOException("write " + file + ": it is a folder");
    }
    Path fresh;
    try {
      fresh = Files.createTempFile(folder, "." + file.getFileName() + ".", "");
    } catch (NoSuchFileException e) {
      throw new IOException("write " + file + ": there is no folder " + folder, e);
    }
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh), BUFFER)) {
        content.writeTo(out);
      }
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(fresh, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IOException("write " + file + ": " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
