package dev.larder.engine.check;

import dev.larder.engine.oci.Platform;
import dev.larder.engine.plan.GoText;

/** The base image is for the platform that is built for. */
final class InvalidBaseImagePlatform extends Rule {
  InvalidBaseImagePlatform() {
    super(
        "InvalidBaseImagePlatform",
        "The base image is for another platform than the build",
        "Its programs will not run on the platform that the image is for, or only by "
            + "emulation. Often the image has one platform alone. Name the platform with "
            + "--platform, or choose an image that has it.");
  }

  @Override
  void based(String name, Platform wanted, Platform found, Report report) {
    if (!wanted.os().equals(found.os()) || !wanted.architecture().equals(found.architecture())) {
      report.add(
          this,
          "Base image "
              + name
              + " was pulled with platform "
              + GoText.quoted(shown(found))
              + ", expected "
              + GoText.quoted(shown(wanted))
              + " for current build");
    }
  }

  /** The usual variant goes without saying. */
  private static String shown(Platform platform) {
    String text = platform.toString();
    return text.endsWith("/arm64/v8") ? text.substring(0, text.length() - "/v8".length()) : text;
  }
}
