package dev.larder.engine.dockerfile;

/**
 * A part of a Dockerfile. The spans of a file's nodes tile it: joined in order they are the source,
 * character for character, whatever the input was. A node reaches to the start of the next one, so
 * indentation, continuations, comments between continued lines, heredoc bodies and line ends belong
 * to the instruction they stand with.
 */
public sealed interface Node permits Node.Trivia, Node.Directive, Instruction {
  /** All characters of the node. */
  Span span();

  /** What means nothing to a build, and everything to a reader. */
  sealed interface Trivia extends Node {}

  /** The byte order mark at the start of a file. */
  record ByteOrderMark(Span span) implements Trivia {}

  /** A line of white space. */
  record Blank(Span span) implements Trivia {}

  /**
   * A line of comment outside of instructions.
   *
   * @param text what follows {@code #}, trimmed
   */
  record Comment(Span span, String text) implements Trivia {}

  /**
   * A parser directive, {@code # name=value}, at the top of a file.
   *
   * @param name {@code syntax}, {@code escape} or {@code check}
   * @param value trimmed
   */
  record Directive(Span span, String name, Word value) implements Node {}
}
