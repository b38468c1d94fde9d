package dev.larder.engine.inventory;

/**
 * Who installs packages. In this order they claim files: what the distribution's package manager
 * put there is its own, though another one may list it too.
 */
public enum Ecosystem {
  APT("apt"),
  APK("apk"),
  CONDA("conda"),
  PIP("pip"),
  NPM("npm"),
  JAVA("java"),
  GEM("gem"),
  COMPOSER("composer");

  private final String label;

  Ecosystem(String label) {
    this.label = label;
  }

  /** As people call it. */
  public String label() {
    return label;
  }
}
