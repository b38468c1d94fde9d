package dev.larder.cli;

import picocli.CommandLine.Model.CommandSpec;

/** The options that {@code build} takes. */
final class BuildOptions {
  private BuildOptions() {}

  static void addTo(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Builds the Dockerfile in the folder CONTEXT; with - for CONTEXT the one on standard"
                + " input.");
    names(spec);
    inputs(spec);
    cache(spec);
    results(spec);
    spec.addPositional(Options.arguments("CONTEXT", "0..*", "The folder to build from"));
  }

  private static void names(CommandSpec spec) {
    spec.addOption(Options.value("FILE", "Dockerfile; - is standard input", "-f", "--file"));
    spec.addOption(Options.values("NAME", "Name of the image, with a tag", "-t", "--tag"));
    spec.addOption(Options.value("STAGE", "Stage to build", "--target"));
    spec.addOption(Options.values("NAME=VALUE", "Label of the image", "--label"));
    spec.addOption(
        Options.values("[TYPE:]KEY=VALUE", "Annotation of an oci output", "--annotation"));
    spec.addOption(Options.value("OS/ARCH", "Platform to build for", "--platform"));
  }

  private static void inputs(CommandSpec spec) {
    spec.addOption(Options.values("NAME[=VALUE]", "Build argument", "--build-arg"));
    spec.addOption(
        Options.values("NAME=CONTEXT", "Folder or image by another name", "--build-context"));
    spec.addOption(
        Options.values("id=X,src=FILE", "Secret for RUN --mount=type=secret", "--secret"));
    spec.addOption(Options.values("ID[=SOCKET]", "ssh agent for RUN --mount=type=ssh", "--ssh"));
    spec.addOption(
        Options.values("NAME:ADDRESS", "Host that RUN steps know; or host-gateway", "--add-host"));
    spec.addOption(Options.value("MODE", "Network of RUN: default, none, host", "--network"));
    spec.addOption(
        Options.values("WHAT", "Allow steps network.host or security.insecure", "--allow"));
    spec.addOption(Options.values("NAME=SOFT[:HARD]", "Limit of RUN steps", "--ulimit"));
    spec.addOption(Options.value("BYTES", "Size of /dev/shm in RUN steps", "--shm-size"));
    spec.addOption(
        Options.value("host|none", "Which certificates RUN steps trust besides", "--trust"));
  }

  private static void cache(CommandSpec spec) {
    spec.addOption(
        Options.flag("Run all steps again; cache mounts and packages are kept", "--no-cache"));
    spec.addOption(
        Options.values("STAGE,…", "Run the steps of these stages again", "--no-cache-filter"));
    spec.addOption(Options.resetMounts());
    spec.addOption(Options.normalizeModes());
    spec.addOption(Options.flag("Fetch nothing; use what is kept", "--offline"));
    spec.addOption(Options.packages());
    spec.addOption(Options.value("SIZE", "Fail rather than download more", "--max-download"));
    spec.addOption(Options.flag("Ask the registry whether tags have moved", "--pull"));
    spec.addOption(
        Options.value(
            "machine|project", "Who shares cache mounts (default: machine)", "--cache-scope"));
    spec.addOption(Options.value("NAME", "Project that the build belongs to", "--project"));
  }

  private static void results(CommandSpec spec) {
    spec.addOption(
        Options.values("type=…,dest=…", "Where the result goes: a folder, - or", "-o", "--output"));
    spec.addOption(Options.flag("Put the image into Docker, too, if it runs here", "--load"));
    spec.addOption(Options.value("FILE", "Write the image id there", "--iidfile"));
    spec.addOption(Options.value("FILE", "Write what was built there, as JSON", "--metadata-file"));
    spec.addOption(
        Options.value(
            "HOW", "Show progress: auto, plain, tty, quiet, none, rawjson", "--progress"));
    spec.addOption(Options.flag("Print the image id only", "-q", "--quiet"));
    spec.addOption(Options.flag("Say what would run and why, and run nothing", "--dry-run"));
    spec.addOption(
        Options.value("HOW", "What --dry-run prints: text, json, dot, svg, html", "--format"));
    spec.addOption(Options.flag("Check the Dockerfile only: --call=check", "--check"));
    spec.addOption(
        Options.value(
            "build|check|outline|targets",
            "What to do: a build, or tell findings, arguments or stages; ,format=json for programs",
            "--call"));
  }
}
