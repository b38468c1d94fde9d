package dev.larder.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TunnelsTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T10:00:00.5Z"));

  @TempDir Path folder;

  private Tunnels open() throws Exception {
    return Tunnels.open(folder.resolve("packages/tunnels"), CLOCK);
  }

  @Test
  void added_isThereForThoseToCome() throws Exception {
    Tunnels tunnels = open();
    assertThat(tunnels.has("example.com")).isFalse();
    tunnels.add("Example.com", "said:\nunknown_ca");
    tunnels.add("example.com", "again");
    assertThat(tunnels.has("example.com")).isTrue();
    assertThat(open().has("EXAMPLE.com")).isTrue();
    assertThat(folder.resolve("packages/tunnels"))
        .hasContent("example.com 2026-11-25T10:00:00Z said: unknown_ca\n");
  }

  @Test
  void usersLines_areReadTolerantly() throws Exception {
    Path file = folder.resolve("packages/tunnels");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "# mine\n\n  a.test\t# why\n*.b.test, c.test\r\nd.test");
    Tunnels tunnels = open();
    assertThat(tunnels.has("a.test")).isTrue();
    assertThat(tunnels.has("x.y.b.test")).isTrue();
    assertThat(tunnels.has("b.test")).isFalse();
    assertThat(tunnels.has("d.test")).isTrue();
    assertThat(tunnels.has("#")).isFalse();
    tunnels.add("e.test", "why");
    assertThat(open().has("e.test")).isTrue();
    assertThat(open().has("d.test")).isTrue();
    Files.write(file, new byte[] {(byte) 0xFF, (byte) 0xFE, 10});
    assertThat(open().has("a.test")).isFalse();
  }
}
