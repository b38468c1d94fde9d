package dev.larder.engine.http;

import java.util.List;

/** Whether a connection outlives a message (RFC 9112 §9.3). */
final class Persistence {
  private Persistence() {}

  static boolean of(int minor, Fields fields) {
    List<String> options = fields.tokens("Connection");
    return !options.contains("close") && (minor >= 1 || options.contains("keep-alive"));
  }
}
