package dev.larder.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What the program says of itself. */
final class Help {
  private static final int COLUMN = 34;

  private Help() {}

  /** All commands, a line each. */
  static String overview() {
    StringBuilder text = new StringBuilder();
    text.append("usage: larder COMMAND [OPTIONS] [ARGUMENTS]\n\n");
    text.append(
        "Builds container images, never downloads the same bytes twice, and rebuilds only what"
            + " changed.\n\ncommands:\n");
    text.append(list(""));
    text.append(
        "\nlarder COMMAND --help shows a command's options. All state is in LARDER_HOME.\n");
    return text.toString();
  }

  private static String list(String name) {
    StringBuilder text = new StringBuilder();
    for (Commands.Entry entry : Commands.shown(name)) {
      text.append(String.format("  %-10s %s%n", entry.name(), entry.summary()));
    }
    return text.toString();
  }

  /** The commands below one. */
  static String group(Commands.Entry entry) {
    String usage = "usage: larder " + entry.name() + " COMMAND [OPTIONS] [ARGUMENTS]\n\n";
    return usage + entry.summary() + ".\n\ncommands:\n" + list(entry.name());
  }

  /** One command's usage line and options. */
  static void write(CommandSpec spec, PrintStream out) {
    StringBuilder usage = new StringBuilder("usage: ").append(spec.name()).append(" [OPTIONS]");
    spec.positionalParameters()
        .forEach(argument -> usage.append(' ').append(argument.paramLabel()));
    out.println(usage);
    for (String line : spec.usageMessage().description()) {
      out.println();
      out.println(line);
    }
    out.println();
    List<OptionSpec> options = new ArrayList<>(spec.options());
    options.sort((a, b) -> a.longestName().compareTo(b.longestName()));
    for (OptionSpec option : options) {
      if (!option.hidden()) {
        out.println(line(option));
      }
    }
  }

  private static String line(OptionSpec option) {
    StringBuilder left = new StringBuilder("  ");
    String name = option.shortestName();
    left.append(name.length() == 2 ? name : "  ");
    if (option.longestName().length() > 2) {
      left.append(name.length() == 2 ? ", " : "  ").append(option.longestName());
    }
    if (option.arity().max() > 0) {
      left.append(' ').append(option.paramLabel());
    }
    left.repeat(' ', Math.max(2, COLUMN - left.length()));
    return left.append(String.join(" ", option.description())).toString();
  }
}
