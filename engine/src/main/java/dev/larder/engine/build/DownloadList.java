package dev.larder.engine.build;

import dev.larder.engine.fetch.Allowance;
import java.util.List;
import java.util.Locale;

/** What a build had downloaded when it came to its limit, for people. */
final class DownloadList {
  private static final int SHOWN = 20;

  private DownloadList() {}

  /** The largest first, and what to do. */
  static String text(Allowance allowance) {
    List<Allowance.Fetched> fetched = allowance.fetched();
    StringBuilder text = new StringBuilder();
    text.append("downloaded so far: ").append(megabytes(allowance.taken())).append('\n');
    for (Allowance.Fetched one : fetched.subList(0, Math.min(SHOWN, fetched.size()))) {
      text.append(String.format("  %10s  %s%n", megabytes(one.bytes()), one.url()));
    }
    if (fetched.size() > SHOWN) {
      text.append("  and ").append(fetched.size() - SHOWN).append(" more\n");
    }
    return text.append("hint: what is kept is not downloaded again: build once without")
        .append(" --max-download, or raise it")
        .toString();
  }

  private static String megabytes(long bytes) {
    return bytes < 100_000 ? bytes + " B" : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
