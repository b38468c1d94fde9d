package dev.larder.engine.dockerfile;

import java.util.List;

/** A command to run, in either form. */
public sealed interface Command {
  /**
   * For the stage's shell.
   *
   * @param line all of it; its text is empty if nothing was written
   */
  record Shell(Word line) implements Command {}

  /**
   * A program and its arguments, written as a JSON array of strings.
   *
   * @param argv may be empty
   */
  record Exec(List<Word> argv) implements Command {
    /** Copies the list. */
    public Exec {
      argv = List.copyOf(argv);
    }
  }
}
