package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Instruction;
import java.util.List;

/** Comments above ARG and FROM describe them. */
final class InvalidDefinitionDescription extends Rule {
  InvalidDefinitionDescription() {
    super(
        "InvalidDefinitionDescription",
        "A comment above ARG or FROM describes it if it begins with its name",
        "The comment right above an argument or a stage is what --call=outline and "
            + "--call=targets show, if it begins with the name: # VERSION of the compiler. "
            + "Put an empty line or an empty comment between if it is no description. This "
            + "rule counts only if it is asked for.");
  }

  @Override
  public boolean experimental() {
    return true;
  }

  @Override
  void written(Instruction instruction, Report report) {
    switch (instruction) {
      case Instruction.From from ->
          from.stageName().ifPresent(name -> check("FROM", List.of(name), from, report));
      case Instruction.Arg arg ->
          check(
              "ARG",
              arg.definitions().stream().map(definition -> definition.name().text()).toList(),
              arg,
              report);
      default -> {}
    }
  }

  private void check(String keyword, List<String> names, Instruction instruction, Report report) {
    List<String> comments = instruction.head().comments();
    if (comments.isEmpty()) {
      return;
    }
    String comment = comments.getLast();
    int space = comment.indexOf(' ');
    if (!names.contains(space < 0 ? comment : comment.substring(0, space))) {
      report.add(
          this,
          "Comment for "
              + keyword
              + " should follow the format: `# "
              + (names.size() > 1 ? "<arg_key>" : names.getFirst())
              + " <description>`");
    }
  }
}
