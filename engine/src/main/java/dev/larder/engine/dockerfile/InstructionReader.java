package dev.larder.engine.dockerfile;

import dev.larder.engine.dockerfile.FlagValues.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns a statement into the instruction that it is. */
final class InstructionReader {
  static final List<String> KEYWORDS =
      List.of(
          "ADD",
          "ARG",
          "CMD",
          "COPY",
          "ENTRYPOINT",
          "ENV",
          "EXPOSE",
          "FROM",
          "HEALTHCHECK",
          "LABEL",
          "MAINTAINER",
          "ONBUILD",
          "RUN",
          "SHELL",
          "STOPSIGNAL",
          "USER",
          "VOLUME",
          "WORKDIR");

  private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");
  private static final Pattern ONBUILD = Pattern.compile("(?i)^\\s*ONBUILD\\s*");

  private final Statement statement;
  private final Span span;
  private final List<Heredoc> heredocs;
  private final char escape;
  private final Findings findings;
  private final Head head;
  private final LogicalLine arguments;

  InstructionReader(
      Statement statement,
      Span span,
      List<Heredoc> heredocs,
      List<String> comments,
      char escape,
      Findings findings) {
    this.statement = statement;
    this.span = span;
    this.heredocs = heredocs;
    this.escape = escape;
    this.findings = findings;
    this.arguments = statement.arguments();
    this.head =
        new Head(
            span,
            statement.code(),
            statement.line().text(),
            statement.keyword(),
            statement.plainFlags(),
            comments);
  }

  Instruction read() {
    return switch (statement.name()) {
      case "add", "copy" -> new FileReader(this).read();
      case "run" -> new CommandReader(this).run();
      case "cmd" -> new CommandReader(this).cmd();
      case "entrypoint" -> new CommandReader(this).entrypoint();
      case "shell" -> new CommandReader(this).shell();
      case "healthcheck" -> new HealthcheckReader(this).read();
      case "arg" -> new PairReader(this).arg();
      case "env" -> new PairReader(this).env();
      case "label" -> new PairReader(this).label();
      case "expose" -> expose();
      case "from" -> from();
      case "maintainer" -> plain(Instruction.Maintainer::new);
      case "onbuild" -> onbuild();
      // Its flags are not looked at by the reference either.
      case "stopsignal" -> single(Instruction.StopSignal::new);
      case "user" -> plain(Instruction.User::new);
      case "volume" -> volume();
      case "workdir" -> plain(Instruction.Workdir::new);
      default -> unknown();
    };
  }

  Head head() {
    return head;
  }

  /** What follows the flags, trimmed. */
  LogicalLine arguments() {
    return arguments;
  }

  List<Heredoc> heredocs() {
    return heredocs;
  }

  char escape() {
    return escape;
  }

  Findings findings() {
    return findings;
  }

  FlagValues flags(Map<String, Kind> known) {
    return FlagValues.read(statement.flags(), known, findings);
  }

  /** Reports what is wrong with the whole instruction, which then is malformed. */
  Instruction refuse(String message) {
    return refuse(message, "");
  }

  Instruction refuse(String message, String hint) {
    return refuse(head.code(), message, hint);
  }

  Instruction refuse(Span at, String message, String hint) {
    findings.error(at, message, hint);
    return malformed();
  }

  Instruction malformed() {
    return new Instruction.Malformed(head);
  }

  /** The keyword in upper case, for messages. */
  String keyword() {
    return head.keyword().text().toUpperCase(Locale.ROOT);
  }

  /**
   * The strings of a JSON array or, if the arguments are none, their words; null after an error.
   */
  @Nullable List<Word> list() {
    JsonArray.Elements array = JsonArray.read(arguments);
    if (array == null) {
      return Words.separated(arguments);
    }
    if (!array.stringsOnly()) {
      notStrings();
      return null;
    }
    return array.words();
  }

  void notStrings() {
    findings.error(
        arguments.span(),
        "when using JSON array syntax, arrays must be comprised of strings only",
        "put every element between double quotes");
  }

  /** An instruction whose arguments are one word, white space included. */
  private Instruction single(BiFunction<Head, Word, Instruction> create) {
    return arguments.length() == 0
        ? refuse(keyword() + " requires exactly one argument")
        : create.apply(head, arguments.word());
  }

  private Instruction unknown() {
    String name = statement.keyword().text();
    boolean upper = name.equals(name.toUpperCase(Locale.ROOT));
    List<String> names =
        upper ? KEYWORDS : KEYWORDS.stream().map(k -> k.toLowerCase(Locale.ROOT)).toList();
    findings.error(
        statement.keyword().span(),
        "unknown instruction: " + name,
        Suggestion.hint("", name, names));
    return new Instruction.Unknown(head);
  }

  private Instruction plain(BiFunction<Head, Word, Instruction> create) {
    flags(Map.of());
    return single(create);
  }

  private Instruction from() {
    FlagValues flags = flags(Map.of("platform", Kind.VALUE));
    List<Word> words = Words.separated(arguments);
    boolean named = words.size() == 3 && words.get(1).text().equalsIgnoreCase("as");
    if (words.size() != 1 && !named) {
      return refuse(
          "FROM requires either one or three arguments", "FROM <image> or FROM <image> AS <name>");
    }
    Word stage = named ? words.get(2) : null;
    if (stage != null && !STAGE_NAME.matcher(stage.text().toLowerCase(Locale.ROOT)).matches()) {
      findings.error(
          stage.span(),
          "invalid name for build stage: "
              + Quoted.of(stage.text())
              + ", name can't start with a number or contain symbols");
    }
    return new Instruction.From(
        head, flags.value("platform"), words.getFirst(), named ? words.get(1) : null, stage);
  }

  private Instruction expose() {
    flags(Map.of());
    List<Word> ports = Words.separated(arguments);
    return ports.isEmpty()
        ? refuse("EXPOSE requires at least one argument")
        : new Instruction.Expose(head, ports);
  }

  private Instruction volume() {
    flags(Map.of());
    List<Word> paths = list();
    if (paths == null) {
      return malformed();
    }
    for (Word path : paths) {
      if (Whitespace.trim(path.text()).isEmpty()) {
        return refuse(path.span(), "VOLUME specified can not be an empty string", "");
      }
    }
    return paths.isEmpty()
        ? refuse("VOLUME requires at least one argument")
        : new Instruction.Volume(head, paths);
  }

  private Instruction onbuild() {
    flags(Map.of());
    if (arguments.length() == 0) {
      return refuse("ONBUILD requires at least one argument");
    }
    Statement inner = Statement.split(arguments, escape);
    Span at = inner.keyword().span();
    switch (inner.name()) {
      case "onbuild" -> {
        return refuse(at, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", "");
      }
      case "maintainer", "from" -> {
        String name = inner.name().toUpperCase(Locale.ROOT);
        return refuse(at, name + " isn't allowed as an ONBUILD trigger", "");
      }
      default -> {}
    }
    Instruction trigger =
        new InstructionReader(
                inner,
                new Span(at.start(), span.end()),
                heredocs,
                List.of(),
                escape,
                findings.ofTrigger())
            .read();
    String line = ONBUILD.matcher(head.line()).replaceFirst("");
    return new Instruction.Onbuild(head, trigger, Heredocs.below(line, heredocs));
  }
}
