package dev.larder.engine.build;

/** A request that differs in one thing. */
final class Change {
  private Change() {}

  static BuildRequest cache(BuildRequest r, BuildRequest.Cache cache) {
    return new BuildRequest(
        r.dockerfile(),
        r.context(),
        r.names(),
        r.target(),
        r.buildArgs(),
        r.contexts(),
        r.labels(),
        r.secrets(),
        r.extraHosts(),
        r.network(),
        r.platform(),
        cache,
        r.pull(),
        r.project(),
        r.projectScopedMounts(),
        r.trustHost(),
        r.sourceDateEpoch(),
        r.outputs(),
        r.standardOutput());
  }
}
