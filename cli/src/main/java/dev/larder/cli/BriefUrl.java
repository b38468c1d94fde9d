package dev.larder.cli;

/** URLs where there is little room. */
final class BriefUrl {
  private static final int LONG = 36;

  private BriefUrl() {}

  /** {@code files.example/…/six-1.16.0.tar.gz} for a long one: where it is from and what it is. */
  static String of(String url) {
    String rest = url.replaceFirst("^[a-z]+://", "");
    String path = rest.replaceFirst("[?#].*", "");
    int host = rest.indexOf('/');
    int file = path.lastIndexOf('/') + 1;
    boolean isBrief = url.length() <= LONG || host < 0 || file <= host + 1 || file == path.length();
    return isBrief ? url : rest.substring(0, host) + "/…/" + path.substring(file);
  }
}
