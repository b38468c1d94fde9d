package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.PathPatterns;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.dockerfile.Span;
import java.util.List;

/**
 * Takes what rules find at a place, if the place's options let the rule count.
 *
 * @param source the file
 * @param options those of the file, and of the comments before the place
 * @param ignored what is no part of the build context
 * @param at the place: whole lines
 * @param found what was found until now
 */
record Report(
    Source source, CheckOptions options, PathPatterns ignored, Span at, List<Finding> found) {
  /** The same for an instruction, with the options that its comments add. */
  Report on(Instruction instruction) {
    return at(instruction).under(instruction.head().comments());
  }

  /** The same for an instruction, whatever its comments say. */
  Report at(Instruction instruction) {
    return new Report(source, options, ignored, instruction.span(), found);
  }

  Report under(List<String> comments) {
    return comments.isEmpty()
        ? this
        : new Report(source, options.under(comments), ignored, at, found);
  }

  void add(Rule rule, String message) {
    add(rule, message, line(at.start()), line(Math.max(at.start(), at.end() - 1)));
  }

  void add(Rule rule, String message, int first, int last) {
    if (options.allow(rule)) {
      found.add(new Finding(rule.name(), rule.description(), rule.page(), message, first, last));
    }
  }

  int line(int offset) {
    return source.position(offset).line();
  }
}
