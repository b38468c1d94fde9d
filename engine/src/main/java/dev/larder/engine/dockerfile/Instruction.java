package dev.larder.engine.dockerfile;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An instruction. Eighteen have a meaning; {@link Unknown} has a keyword that is none, {@link
 * Malformed} arguments that can't be read. For both there is an error among the diagnostics, so who
 * has looked at {@link Dockerfile#hasErrors} will not meet them.
 *
 * <p>Words are as written. {@link Expansions#words} says which of them a build expands.
 */
public sealed interface Instruction extends Node {
  /** What all instructions have. */
  Head head();

  @Override
  default Span span() {
    return head().span();
  }

  /** The keyword as written. */
  default Word keyword() {
    return head().keyword();
  }

  /** The flags in order. */
  default List<Flag> flags() {
    return head().flags();
  }

  /** The keyword in upper case. */
  default String name() {
    return keyword().text().toUpperCase(Locale.ROOT);
  }

  /**
   * {@code FROM [--platform=P] IMAGE [AS STAGE]}.
   *
   * @param as the word AS as written, with {@code stage}
   */
  record From(
      Head head, @Nullable Word platform, Word image, @Nullable Word as, @Nullable Word stage)
      implements Instruction {
    /** The stage's name in lower case, as stages are looked up. */
    public Optional<String> stageName() {
      return Optional.ofNullable(stage).map(s -> s.text().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * {@code RUN}.
   *
   * @param network {@code default}, {@code none} or {@code host}
   * @param security {@code sandbox} or {@code insecure}
   * @param devices the values of {@code --device}
   * @param heredocs the documents its shell line names, in order
   */
  record Run(
      Head head,
      List<MountFlag> mounts,
      @Nullable Word network,
      @Nullable Word security,
      List<Word> devices,
      Command command,
      List<Heredoc> heredocs)
      implements Instruction {
    /** Copies the lists. */
    public Run {
      mounts = List.copyOf(mounts);
      devices = List.copyOf(devices);
      heredocs = List.copyOf(heredocs);
    }

    /**
     * The document that is the whole command, as in {@code RUN <<EOF}: its {@link Heredoc#text} is
     * the script, for the shell, or to be run as a file if it begins with {@code #!}.
     */
    public Optional<Heredoc> script() {
      return command instanceof Command.Shell(Word line)
              && !heredocs.isEmpty()
              && Heredocs.named(line.text()) != null
          ? Optional.of(heredocs.getFirst())
          : Optional.empty();
    }

    /**
     * What the shell is given: the script if there is one, else the line with its documents below
     * it. Empty for the exec form.
     */
    public String shellText() {
      if (!(command instanceof Command.Shell(Word line))) {
        return "";
      }
      return script().map(Heredoc::text).orElseGet(() -> Heredocs.below(line.text(), heredocs));
    }
  }

  /** {@code CMD}. */
  record Cmd(Head head, Command command) implements Instruction {}

  /** {@code ENTRYPOINT}. */
  record Entrypoint(Head head, Command command) implements Instruction {}

  /** {@code SHELL ["program", "argument"]}. */
  record Shell(Head head, List<Word> argv) implements Instruction {
    /** Copies the list. */
    public Shell {
      argv = List.copyOf(argv);
    }
  }

  /**
   * A name and a value of ENV or LABEL.
   *
   * @param legacy written as {@code KEY value}, without {@code =}
   */
  record Pair(Word name, Word value, boolean legacy) {}

  /** {@code LABEL}. */
  record Label(Head head, List<Pair> labels) implements Instruction {
    /** Copies the list. */
    public Label {
      labels = List.copyOf(labels);
    }
  }

  /** {@code ENV}. */
  record Env(Head head, List<Pair> variables) implements Instruction {
    /** Copies the list. */
    public Env {
      variables = List.copyOf(variables);
    }
  }

  /** One argument that ARG declares; its value is the default. */
  record Definition(Word name, @Nullable Word value) {}

  /** {@code ARG}. */
  record Arg(Head head, List<Definition> definitions) implements Instruction {
    /** Copies the list. */
    public Arg {
      definitions = List.copyOf(definitions);
    }
  }

  /** {@code MAINTAINER}. */
  record Maintainer(Head head, Word author) implements Instruction {}

  /**
   * {@code EXPOSE}.
   *
   * @param ports as written and in the order written (BuildKit sorts them before it expands them)
   */
  record Expose(Head head, List<Word> ports) implements Instruction {
    /** Copies the list. */
    public Expose {
      ports = List.copyOf(ports);
    }
  }

  /**
   * {@code ADD}.
   *
   * @param sources paths, wildcards, URLs
   * @param files documents written here, copied as files of their names
   * @param link {@code --link}
   * @param keepGitDir null without the flag
   * @param unpack null without the flag
   */
  record Add(
      Head head,
      List<Word> sources,
      List<Heredoc> files,
      Word destination,
      @Nullable Word chown,
      @Nullable Word chmod,
      @Nullable Word checksum,
      List<Word> excludes,
      boolean link,
      @Nullable Boolean keepGitDir,
      @Nullable Boolean unpack)
      implements Instruction {
    /** Copies the lists. */
    public Add {
      sources = List.copyOf(sources);
      files = List.copyOf(files);
      excludes = List.copyOf(excludes);
    }
  }

  /**
   * {@code COPY}.
   *
   * @param sources paths and wildcards
   * @param files documents written here, copied as files of their names
   * @param from a stage, its number, a named context or an image; not expanded
   */
  record Copy(
      Head head,
      List<Word> sources,
      List<Heredoc> files,
      Word destination,
      @Nullable Word from,
      @Nullable Word chown,
      @Nullable Word chmod,
      List<Word> excludes,
      boolean link,
      boolean parents)
      implements Instruction {
    /** Copies the lists. */
    public Copy {
      sources = List.copyOf(sources);
      files = List.copyOf(files);
      excludes = List.copyOf(excludes);
    }
  }

  /** {@code VOLUME}. */
  record Volume(Head head, List<Word> paths) implements Instruction {
    /** Copies the list. */
    public Volume {
      paths = List.copyOf(paths);
    }
  }

  /** {@code USER}. */
  record User(Head head, Word user) implements Instruction {}

  /** {@code WORKDIR}. */
  record Workdir(Head head, Word path) implements Instruction {}

  /** {@code STOPSIGNAL}. */
  record StopSignal(Head head, Word signal) implements Instruction {}

  /**
   * {@code ONBUILD}.
   *
   * @param trigger what a build on top will do; what is wrong with it is a warning here
   */
  record Onbuild(Head head, Instruction trigger, String expression) implements Instruction {}

  /**
   * {@code HEALTHCHECK}.
   *
   * @param probe null for {@code NONE}
   */
  record Healthcheck(Head head, @Nullable Probe probe) implements Instruction {}

  /**
   * How a container's health is found out. A duration of zero and no retries mean the default.
   *
   * @param retries 0 if not given
   */
  record Probe(
      Command command,
      Duration interval,
      Duration timeout,
      Duration startPeriod,
      Duration startInterval,
      int retries) {}

  /** A keyword that is no instruction. */
  record Unknown(Head head) implements Instruction {}

  /** An instruction whose arguments can't be read. */
  record Malformed(Head head) implements Instruction {}
}
