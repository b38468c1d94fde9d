package dev.larder.engine.lockfile;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code pnpm-lock.yaml}: the keys of {@code packages}, in the forms of versions 5, 6 and 9. */
final class PnpmLock {
  private static final Pattern KEY =
      Pattern.compile("/?((?:@[^/]+/)?[^/@]+)[@/]([^(_]+)(?:[(_].*)?");

  private PnpmLock() {}

  static void read(String text, Map<String, String> packages) {
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(LockFiles.MAX_BYTES).build();
    if (new Load(settings).loadFromString(text) instanceof Map<?, ?> top
        && top.get("packages") instanceof Map<?, ?> all) {
      for (Object key : all.keySet()) {
        Matcher matcher = KEY.matcher(String.valueOf(key));
        if (matcher.matches()) {
          Packages.add(packages, matcher.group(1), matcher.group(2));
        }
      }
    }
  }
}
