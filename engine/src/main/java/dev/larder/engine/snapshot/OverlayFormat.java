package dev.larder.engine.snapshot;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Inodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How overlayfs marks things in the folders it lays on each other (kernel documentation,
 * filesystems/overlayfs): as root by attributes in {@code trusted.}, in a user namespace, where
 * those can't be set, by {@code user.}.
 *
 * @param userNamespace whether this process runs in a user namespace
 */
record OverlayFormat(boolean userNamespace) {
  private static final byte[] YES = {'y'};

  /** As this process must do it. */
  static OverlayFormat ofThisProcess() throws IOException {
    String map = Files.readString(Path.of("/proc/self/uid_map"), StandardCharsets.US_ASCII);
    return new OverlayFormat(!map.strip().matches("0\\s+0\\s+4294967295"));
  }

  private String opaque() {
    return (userNamespace ? "user." : "trusted.") + "overlay.opaque";
  }

  /** Hides all that lower layers have in a folder. */
  void makeOpaque(String folder) throws Errno {
    Inodes.setAttribute(folder, opaque(), YES);
  }

  boolean isOpaque(String folder) throws Errno {
    return Inodes.attribute(folder, opaque()).filter(v -> Arrays.equals(v, YES)).isPresent();
  }

  /** Whether an attribute is part of a file and not a mark of overlayfs or of the host. */
  static boolean belongsToFile(String attribute) {
    return !attribute.startsWith("trusted.") && !attribute.startsWith("user.overlay.");
  }
}
