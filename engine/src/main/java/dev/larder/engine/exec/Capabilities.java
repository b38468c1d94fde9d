package dev.larder.engine.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What root may do in a container, by the names of capabilities(7). */
final class Capabilities {
  /** Docker's default: together {@code 00000000a80425fb}. */
  static final List<String> DEFAULT =
      named(
          "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP"
              + " NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE");

  /** By number, include/uapi/linux/capability.h. */
  private static final List<String> ALL =
      named(
          "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP"
              + " LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK"
              + " IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT"
              + " SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE"
              + " AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND"
              + " AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE");

  private Capabilities() {}

  /** Those that this process could hand on: its bounding set. */
  static List<String> bounding() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapBnd:")) {
        return of(Long.parseUnsignedLong(line.substring(7).strip(), 16));
      }
    }
    throw new IOException("read /proc/self/status: no line CapBnd");
  }

  static List<String> of(long bits) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < ALL.size(); i++) {
      if ((bits >>> i & 1) == 1) {
        names.add(ALL.get(i));
      }
    }
    return names;
  }

  private static List<String> named(String words) {
    List<String> names = new ArrayList<>();
    for (String word : words.split(" ")) {
      names.add("CAP_" + word);
    }
    return List.copyOf(names);
  }
}
