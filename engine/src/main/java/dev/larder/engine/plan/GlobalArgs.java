package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Stage;
import dev.larder.engine.oci.Platform;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** The arguments before the first FROM, and those that every Dockerfile has. */
public final class GlobalArgs {
  private GlobalArgs() {}

  /**
   * With the values that a build gives them.
   *
   * @throws DockerfileException if a default can't be expanded
   */
  public static SequencedMap<String, String> of(PlanRequest request) throws DockerfileException {
    return of(request, PlanListener.NONE);
  }

  /** The same, while somebody listens. */
  static SequencedMap<String, String> of(PlanRequest request, PlanListener listener)
      throws DockerfileException {
    return of(request, request.buildArgs(), listener);
  }

  /**
   * With their defaults, as if the build gave no values.
   *
   * @throws DockerfileException if a default can't be expanded
   */
  public static SequencedMap<String, String> defaults(PlanRequest request)
      throws DockerfileException {
    return of(request, Map.of(), PlanListener.NONE);
  }

  private static SequencedMap<String, String> of(
      PlanRequest request, Map<String, String> given, PlanListener listener)
      throws DockerfileException {
    SequencedMap<String, String> args = new LinkedHashMap<>();
    platform("BUILD", request.buildPlatform(), args);
    platform("TARGET", request.platform(), args);
    String target = target(request);
    args.put("TARGETSTAGE", target.isEmpty() ? "default" : target);
    args.replaceAll((name, value) -> request.buildArgs().getOrDefault(name, value));
    Scope scope = new Scope(request.dockerfile().expander(), args);
    for (Instruction.Arg arg : request.dockerfile().globalArgs()) {
      for (Instruction.Definition definition : arg.definitions()) {
        String name = definition.name().text();
        String value = given.get(name);
        Set<String> used = Set.of();
        if (value == null && definition.value() != null) {
          Expansion expansion = scope.expand(definition.value());
          value = expansion.text();
          used = expansion.used();
        }
        if (value != null) {
          args.put(name, value);
        }
        listener.global(arg, definition, value, used);
      }
    }
    return args;
  }

  private static String target(PlanRequest request) {
    List<Stage> stages = request.dockerfile().stages();
    return request
        .target()
        .orElseGet(() -> stages.isEmpty() ? "" : stages.getLast().name().orElse(""));
  }

  private static void platform(
      String prefix, Platform platform, SequencedMap<String, String> args) {
    args.put(prefix + "PLATFORM", platform.toString());
    args.put(prefix + "OS", platform.os());
    args.put(prefix + "OSVERSION", platform.osVersion());
    args.put(prefix + "ARCH", platform.architecture());
    args.put(prefix + "VARIANT", platform.variant());
  }
}
