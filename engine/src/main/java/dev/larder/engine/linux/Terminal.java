package dev.larder.engine.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** What a terminal can be asked for. */
public final class Terminal {
  private static final int TIOCGWINSZ = 0x5413;

  /** Columns and rows; either is 0 where the terminal does not know it. */
  public record Size(int columns, int rows) {}

  private Terminal() {}

  /** The size of the terminal behind a descriptor; nothing if it is none. */
  public static Optional<Size> size(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(8, 2);
      long n = Sys.call(arena, Sys.IOCTL, descriptor, TIOCGWINSZ, size.address());
      return n < 0
          ? Optional.empty()
          : Optional.of(
              new Size(
                  size.get(ValueLayout.JAVA_SHORT, 2) & 0xFFFF,
                  size.get(ValueLayout.JAVA_SHORT, 0) & 0xFFFF));
    }
  }
}
