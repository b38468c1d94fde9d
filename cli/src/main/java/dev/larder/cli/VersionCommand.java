package dev.larder.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code larder version}. */
final class VersionCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {}

  @Override
  public int run(ParseResult given, Invocation invocation) {
    invocation
        .out()
        .println(
            "larder "
                + invocation.variable("LARDER_VERSION").orElse("unknown")
                + ", Java "
                + Runtime.version().feature()
                + ", home "
                + invocation.home());
    return Larder.OK;
  }
}
