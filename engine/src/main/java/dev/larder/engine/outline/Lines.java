package dev.larder.engine.outline;

import com.google.gson.JsonObject;
import dev.larder.engine.check.JsonReport;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Source;

/**
 * The lines of an instruction.
 *
 * @param first from 1
 * @param last the same, or a later one
 */
public record Lines(int first, int last) {
  static Lines of(Source source, Instruction instruction) {
    int start = instruction.span().start();
    int end = Math.max(start, instruction.span().end() - 1);
    return new Lines(source.position(start).line(), source.position(end).line());
  }

  JsonObject json() {
    return JsonReport.location(first, last);
  }
}
