package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.oci.Platform;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The arguments before the first FROM, and those that every Dockerfile has. */
final class GlobalArgs {
  private GlobalArgs() {}

  static SequencedMap<String, String> of(PlanRequest request, String target)
      throws DockerfileException {
    SequencedMap<String, String> args = new LinkedHashMap<>();
    platform("BUILD", request.buildPlatform(), args);
    platform("TARGET", request.platform(), args);
    args.put("TARGETSTAGE", target.isEmpty() ? "default" : target);
    args.replaceAll((name, value) -> request.buildArgs().getOrDefault(name, value));
    Scope scope = new Scope(request.dockerfile().expander(), args);
    for (Instruction.Arg arg : request.dockerfile().globalArgs()) {
      for (Instruction.Definition definition : arg.definitions()) {
        String name = definition.name().text();
        String given = request.buildArgs().get(name);
        if (given != null) {
          args.put(name, given);
        } else if (definition.value() != null) {
          args.put(name, scope.value(definition.value()));
        }
      }
    }
    return args;
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
