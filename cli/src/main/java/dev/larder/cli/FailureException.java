package dev.larder.cli;

/** What was asked for can't be done, and the message says all there is to say; status 1. */
final class FailureException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String hint;

  /**
   * Says what can't be done and why.
   *
   * @param hint what to do about it; may be empty
   */
  FailureException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  String hint() {
    return hint;
  }
}
