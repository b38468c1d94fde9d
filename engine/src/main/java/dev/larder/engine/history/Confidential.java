package dev.larder.engine.history;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which files are never shown, since what is in them may be a key or a password. */
public final class Confidential {
  private static final List<String> NAMES =
      List.of(
          "\\.env",
          "\\.env[.-].*",
          ".*\\.env",
          "\\.(npmrc|yarnrc|yarnrc\\.yml|pypirc|netrc|pgpass|my\\.cnf|htpasswd|dockercfg|boto|s3cfg)",
          "_netrc",
          "\\.git-credentials",
          "\\.vault-token",
          "id_(rsa|dsa|ecdsa|ed25519).*",
          ".*\\.(pem|key|p12|pfx|p8|pk8|jks|keystore|bks|ppk|asc|gpg|kdbx|ovpn|tfvars|tfstate)",
          "(settings|settings-security)\\.xml",
          "(gradle|local)\\.properties",
          "auth\\.json",
          "kubeconfig.*",
          "master\\.key",
          ".*(secret|credential|passw|passphrase|token|apikey|api[_-]key|private).*");

  private static final Pattern NAME = Pattern.compile(String.join("|", NAMES));
  private static final Pattern FOLDER =
      Pattern.compile("(.*/)?\\.?(aws|ssh|gnupg|docker|kube|azure|gcloud|secrets?|credentials)/.*");

  private Confidential() {}

  /** Whether a file of this path is not to be shown. */
  public static boolean isName(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    String name = lower.substring(lower.lastIndexOf('/') + 1);
    return NAME.matcher(name).matches() || FOLDER.matcher(lower).matches();
  }

  /** Whether a text has what looks like a key. */
  public static boolean isText(String text) {
    return text.contains("PRIVATE KEY-----") || text.contains("PGP PRIVATE");
  }
}
