package dev.larder.cli;

/** The command line can't be taken as it stands; the program ends with status 2. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String hint;

  UsageException(String message) {
    this(message, "");
  }

  /**
   * Says what is wrong and what to do.
   *
   * @param hint may be empty
   */
  UsageException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  String hint() {
    return hint;
  }
}
