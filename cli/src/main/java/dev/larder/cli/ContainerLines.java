package dev.larder.cli;

import java.io.PrintStream;

/** What becomes of containers, networks and volumes, in the words of docker compose. */
final class ContainerLines {
  private final PrintStream err;
  private final boolean quiet;

  ContainerLines(PrintStream err, boolean quiet) {
    this.err = err;
    this.quiet = quiet;
  }

  /** {@code Container shop-web-1 Started}. */
  void container(String name, String word) {
    line("Container " + name, word);
  }

  void network(String project, String word) {
    line("Network " + project + "_default", word);
  }

  void volume(String name, String word) {
    line("Volume " + name, word);
  }

  void image(String name, String word) {
    line("Image " + name, word);
  }

  private synchronized void line(String what, String word) {
    if (!quiet) {
      err.println(" " + what + "  " + word);
    }
  }
}
