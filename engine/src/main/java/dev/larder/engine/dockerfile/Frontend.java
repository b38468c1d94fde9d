package dev.larder.engine.dockerfile;

import java.util.regex.Pattern;

/**
 * What {@code # syntax=} and the build argument {@code BUILDKIT_SYNTAX} name: the image of a
 * program that reads the file. That of Dockerfiles is built in, in one version that knows all that
 * the others do; another one would have to be run.
 */
public final class Frontend {
  /** Docker's, its nightly builds, and both in whatever registry mirrors them. */
  private static final Pattern BUILT_IN =
      Pattern.compile("(?:.*/)?docker/dockerfile(?:-upstream)?(?:[:@].*)?");

  private Frontend() {}

  /** Whether it is one that is built in: {@code docker/dockerfile:1.7-labs}. */
  public static boolean isBuiltIn(String image) {
    return BUILT_IN.matcher(image).matches();
  }

  /** What to say of one that is not. */
  public static Diagnostic refusal(Span at, String image) {
    return Diagnostic.error(
        at,
        "use the frontend " + image + ": only docker/dockerfile is built in, and no other is run",
        "remove it if this is a Dockerfile; if not, docker buildx builds it");
  }
}
