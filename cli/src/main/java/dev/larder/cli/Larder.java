package dev.larder.cli;

import dev.larder.cli.progress.ErrorReport;
import dev.larder.engine.build.BuildFailure;
import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.service.ServiceException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: finds the subcommand, reads its arguments, runs it, and tells what went wrong. */
final class Larder {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;

  private final Invocation invocation;

  Larder(Invocation invocation) {
    this.invocation = invocation;
  }

  /** Runs a command line and gives the exit status. */
  int run(String... args) throws InterruptedException {
    String name = "";
    try {
      if (args.length == 0) {
        invocation.err().print(Help.overview());
        return USAGE;
      }
      name = canonical(args[0]);
      Commands.Entry entry = find("", name, args[0]);
      int words = 1;
      if (!entry.below().isEmpty()) {
        if (args.length == 1 || List.of("-h", "--help", "help").contains(args[1])) {
          (args.length == 1 ? invocation.err() : invocation.out()).print(Help.group(entry));
          return args.length == 1 ? USAGE : OK;
        }
        entry = find(name, args[1], args[1]);
        name = name + " " + args[1];
        words = 2;
      }
      return run(name, entry.create().get(), Arrays.copyOfRange(args, words, args.length));
    } catch (UsageException e) {
      return usage(name, e);
    } catch (FailureException e) {
      return failed(String.valueOf(e.getMessage()), e.hint());
    } catch (BuildFailure e) {
      ErrorReport.write(invocation.err(), e);
      return FAILED;
    } catch (ServiceException e) {
      return failed(message(e), e.hint().orElse(""));
    } catch (IOException e) {
      return failed(message(e), "");
    }
  }

  private static Commands.Entry find(String group, String name, String given)
      throws UsageException {
    for (Commands.Entry entry : Commands.below(group)) {
      if (entry.name().equals(name)) {
        return entry;
      }
    }
    String what = given.startsWith("-") ? "option" : "command";
    throw new UsageException(
        "unknown " + what + " " + given, Suggestion.hint("", given, Commands.names(group)));
  }

  /** {@code --help} and {@code --version} are commands to people. */
  private static String canonical(String first) {
    return switch (first) {
      case "-h", "--help" -> "help";
      case "-v", "--version" -> "version";
      default -> first;
    };
  }

  private int run(String name, Command command, String[] args)
      throws UsageException, FailureException, BuildFailure, IOException, InterruptedException {
    CommandSpec spec = specOf(name, command);
    CommandLine parser = new CommandLine(spec);
    parser.setExpandAtFiles(false).setOverwrittenOptionsAllowed(true);
    ParseResult arguments;
    try {
      arguments = parser.parseArgs(Options.withFallbacks(spec, args));
    } catch (UnmatchedArgumentException e) {
      throw unmatched(spec, e.getUnmatched().getFirst());
    } catch (ParameterException e) {
      throw new UsageException(firstLine(e));
    }
    if (arguments.hasMatchedOption("help")) {
      Help.write(spec, invocation.out());
      return OK;
    }
    return command.run(arguments, invocation);
  }

  /** A command's options and arguments. */
  static CommandSpec specOf(String name, Command command) {
    CommandSpec spec = CommandSpec.create().name("larder " + name);
    command.describe(spec);
    spec.addOption(Options.flag("Show this help", "-h", "--help"));
    return spec;
  }

  private static UsageException unmatched(CommandSpec spec, String word) {
    if (!word.startsWith("-")) {
      return new UsageException("unexpected argument " + word);
    }
    int equals = word.indexOf('=');
    String option = equals < 0 ? word : word.substring(0, equals);
    List<String> known = new ArrayList<>(spec.optionsMap().keySet());
    return new UsageException("unknown option " + option, Suggestion.hint("", option, known));
  }

  private static String firstLine(ParameterException e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return message.isEmpty()
        ? "can't be read"
        : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  private int usage(String name, UsageException e) {
    PrintStream err = invocation.err();
    boolean known = Commands.find(name).isPresent();
    String where = known ? "larder " + name : "larder";
    String hint = e.hint().isEmpty() ? "" : " (" + e.hint() + ")";
    err.println(ErrorReport.harmless(where + ": " + e.getMessage() + hint));
    err.println("see " + where + " --help");
    return USAGE;
  }

  private int failed(String message, String hint) {
    ErrorReport.write(invocation.err(), message, hint);
    return FAILED;
  }

  /** Java's own exceptions of files say the path alone. */
  private static String message(IOException e) {
    String message = e.getMessage();
    return switch (e) {
      case java.nio.file.NoSuchFileException missing -> missing.getFile() + ": no such file";
      case java.nio.file.AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case java.nio.file.FileSystemException other when other.getReason() != null ->
          other.getFile() + ": " + other.getReason();
      default -> message == null ? e.toString() : message;
    };
  }
}
