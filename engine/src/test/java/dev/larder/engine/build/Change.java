package dev.larder.engine.build;

import dev.larder.engine.fetch.FetchPolicy;
import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.ImageName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** A request that differs from another: what differs is set, then {@link #request} makes it. */
final class Change {
  private final BuildRequest of;
  BuildRequest.Dockerfile dockerfile;
  BuildRequest.Context context;
  List<ImageName> names;
  Optional<String> target;
  SequencedMap<String, String> buildArgs;
  SequencedMap<String, BuildRequest.NamedContext> contexts;
  List<BuildRequest.Secret> secrets;
  SequencedMap<String, Path> agents;
  List<Op.ExtraHost> extraHosts;
  Set<Entitlement> allowed;
  Limits limits;
  BuildRequest.Cache cache;
  BuildRequest.Reset reset;
  boolean pull;
  FetchPolicy fetch;
  String project;
  boolean projectScopedMounts;
  boolean normalizeModes;
  Optional<Instant> sourceDateEpoch;
  List<BuildRequest.Output> outputs;

  Change(BuildRequest of) {
    this.of = of;
    this.dockerfile = of.dockerfile();
    this.context = of.context();
    this.names = of.names();
    this.target = of.target();
    this.buildArgs = new LinkedHashMap<>(of.buildArgs());
    this.contexts = new LinkedHashMap<>(of.contexts());
    this.secrets = new ArrayList<>(of.secrets());
    this.agents = new LinkedHashMap<>(of.agents());
    this.extraHosts = new ArrayList<>(of.extraHosts());
    this.allowed = of.allowed();
    this.limits = of.limits();
    this.cache = of.cache();
    this.reset = of.reset();
    this.pull = of.pull();
    this.fetch = of.fetch();
    this.project = of.project();
    this.projectScopedMounts = of.projectScopedMounts();
    this.normalizeModes = of.normalizeModes();
    this.sourceDateEpoch = of.sourceDateEpoch();
    this.outputs = of.outputs();
  }

  static BuildRequest cache(BuildRequest of, BuildRequest.Cache cache) {
    Change change = new Change(of);
    change.cache = cache;
    return change.request();
  }

  static BuildRequest output(BuildRequest of, BuildRequest.Output output) {
    Change change = new Change(of);
    change.outputs = List.of(output);
    return change.request();
  }

  static BuildRequest named(BuildRequest of, String name, BuildRequest.NamedContext context) {
    Change change = new Change(of);
    change.contexts.put(name, context);
    return change.request();
  }

  static BuildRequest secret(BuildRequest of, BuildRequest.Secret secret) {
    Change change = new Change(of);
    change.secrets.add(secret);
    return change.request();
  }

  static BuildRequest allowed(BuildRequest of, Entitlement... allowed) {
    Change change = new Change(of);
    change.allowed = Set.of(allowed);
    return change.request();
  }

  static BuildRequest named(BuildRequest of, ImageName name) {
    Change change = new Change(of);
    change.names = List.of(name);
    return change.request();
  }

  BuildRequest request() {
    return new BuildRequest(
        dockerfile,
        context,
        names,
        target,
        buildArgs,
        contexts,
        of.labels(),
        secrets,
        agents,
        extraHosts,
        of.network(),
        allowed,
        limits,
        of.platform(),
        cache,
        reset,
        pull,
        fetch,
        project,
        projectScopedMounts,
        of.trustHost(),
        normalizeModes,
        sourceDateEpoch,
        outputs,
        of.standardOutput());
  }
}
