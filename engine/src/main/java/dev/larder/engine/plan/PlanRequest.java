package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.Platform;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * What to plan.
 *
 * @param dockerfile without errors
 * @param target the stage; nothing is the last
 * @param buildArgs values for ARG
 * @param platform what is built for
 * @param buildPlatform what it is built on
 * @param labels added to the image
 * @param fresh whether earlier results of a stage, by its name in lower case or its number, are not
 *     to be used
 * @param extraHosts lines of /etc/hosts of each RUN
 * @param network of each RUN that does not say itself
 * @param limits of each RUN
 */
public record PlanRequest(
    Dockerfile dockerfile,
    Optional<String> target,
    SequencedMap<String, String> buildArgs,
    Platform platform,
    Platform buildPlatform,
    SequencedMap<String, String> labels,
    Predicate<String> fresh,
    List<Op.ExtraHost> extraHosts,
    Op.Network network,
    Limits limits) {
  public PlanRequest {
    extraHosts = List.copyOf(extraHosts);
  }
}
