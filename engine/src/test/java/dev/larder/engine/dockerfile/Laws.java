package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What holds for every Dockerfile, whatever stands in it. Seeded tests and the fuzzer try the same
 * laws; the checks are plain comparisons, since a fuzzer goes through them millions of times.
 */
final class Laws {
  private static final List<String> EDITED = List.of("LABEL edited=1\n", "FROM e\r\n", "RUN a\n");

  private final Source source;
  private final String text;
  private final Dockerfile file;

  private Laws(Source source) {
    this.source = source;
    this.text = source.text();
    this.file = Dockerfile.parse(source);
  }

  /** All laws about bytes. */
  static void hold(String name, byte[] bytes, int choice) {
    Source source = Source.decode(name, bytes);
    if (!Arrays.equals(source.bytes(), bytes)) {
      throw new AssertionError(name + ": bytes do not come back");
    }
    hold(source, choice);
  }

  /**
   * All laws about a text.
   *
   * @param choice which node is edited and where the text is parted; any number
   */
  static void hold(Source source, int choice) {
    Laws laws = new Laws(source);
    laws.spansTile();
    laws.wordsStandInTheirNodes();
    laws.findingsAreShown();
    laws.wordsExpand();
    if (!laws.file.nodes().isEmpty()) {
      int index = Math.floorMod(choice, laws.file.nodes().size());
      laws.partsAreReadAlone(index);
      laws.editLeavesTheRest(index, EDITED.get(Math.floorMod(choice, EDITED.size())));
      laws.editOfAWordLeavesTheRest(index, choice);
    }
  }

  private void spansTile() {
    int at = 0;
    for (Node node : file.nodes()) {
      check(node.span().start() == at && !node.span().isEmpty(), "no gap and no overlap", node);
      at = node.span().end();
    }
    check(at == text.length(), "tiled to its end", at);
    check(file.print().equals(text), "printed as it was", file.print());
    check(file.equals(Dockerfile.parse(source)), "read the same again", "");
    int inStages = file.stages().stream().mapToInt(s -> s.instructions().size() + 1).sum();
    check(inStages <= file.instructions().size(), "stages part the instructions", inStages);
  }

  private void wordsStandInTheirNodes() {
    for (Instruction instruction : file.instructions()) {
      Span span = instruction.span();
      Span code = instruction.head().code();
      check(span.contains(code), "code in its node", instruction);
      check(code.contains(instruction.keyword().span()), "keyword in its code", instruction);
      for (Flag flag : instruction.flags()) {
        check(code.contains(flag.span()), "flag in its code", flag);
        check(
            flag.value() == null || flag.span().contains(flag.value().span()),
            "value in its flag",
            flag);
      }
      for (Word word : words(instruction)) {
        check(code.contains(word.span()), "word in its code", word);
      }
      for (Heredoc document : documents(instruction)) {
        Span body = document.body();
        check(span.contains(body), "document in its node", document);
        check(
            document.content().equals(body.of(text)) || body.isEmpty(),
            "content as written",
            document);
      }
    }
  }

  private void findingsAreShown() {
    int last = 0;
    for (Diagnostic diagnostic : file.diagnostics()) {
      check(diagnostic.span().start() >= last, "findings in order", diagnostic);
      last = diagnostic.span().start();
      check(diagnostic.span().end() <= text.length(), "findings in the text", diagnostic);
      String line = diagnostic.line(source);
      check(!line.contains("\n") && !diagnostic.message().isEmpty(), "one line", diagnostic);
      String shown = diagnostic.render(source);
      check(shown.startsWith(line + "\n") && shown.endsWith("\n"), "shown in lines", shown);
    }
  }

  private void wordsExpand() {
    Variables variables = name -> name.equals("x") ? "aXa" : null;
    for (Instruction instruction : file.instructions()) {
      for (Word word : Expansions.words(instruction)) {
        expand(file.expander(), word, variables);
        expand(file.expander().forDisplay(), word, variables);
      }
      for (Word document : Expansions.documents(instruction)) {
        expand(Expander.forContent(), document, variables);
      }
      if (instruction instanceof Instruction.Run run) {
        for (MountFlag mount : run.mounts()) {
          try {
            check(!mount.resolve(Word::text).toString().isEmpty(), "mount", mount);
          } catch (DockerfileException e) {
            check(mount.flag().span().contains(e.diagnostic().span()), "found in the flag", mount);
          }
        }
      }
    }
  }

  private void expand(Expander expander, Word word, Variables variables) {
    try {
      Expansion expansion = expander.expand(word, variables);
      check(!expansion.undefined().contains("x"), "x is defined", word);
      boolean plain = word.text().chars().allMatch(Character::isLetterOrDigit);
      check(!plain || expansion.text().equals(word.text()), "plain words stay", word);
    } catch (DockerfileException e) {
      check(e.diagnostic().span().equals(word.span()), "found at the word", word);
    }
  }

  /** What stands before a place between two nodes, and what stands behind it, read for itself. */
  private void partsAreReadAlone(int index) {
    Span span = file.nodes().get(index).span();
    Dockerfile before = Dockerfile.parse(new Source("before", text.substring(0, span.end())));
    check(
        before.nodes().equals(file.nodes().subList(0, index + 1)), "start read alone", span.end());
    boolean behindDirectives = file.nodes().get(index) instanceof Instruction;
    if (behindDirectives && text.charAt(span.start()) != '\uFEFF') {
      String escape = file.escape() == '`' ? "# escape=`\n" : "";
      Source rest = new Source("rest", escape + text.substring(span.start()));
      List<Node> nodes = Dockerfile.parse(rest).nodes();
      same(
          nodes.subList(escape.isEmpty() ? 0 : 1, nodes.size()),
          rest,
          file.nodes().subList(index, file.nodes().size()));
    }
  }

  private void editLeavesTheRest(int index, String replacement) {
    if (directivesFrom(index)) {
      return; // without it, others may be directives no more
    }
    Span span = file.nodes().get(index).span();
    Source edited = edited(span, replacement);
    List<Node> nodes = Dockerfile.parse(edited).nodes();
    check(nodes.size() == file.nodes().size(), "one node for one", nodes);
    around(index, nodes, edited);
  }

  private void editOfAWordLeavesTheRest(int index, int choice) {
    // A quote that is open no more lets a line announce documents, and take lines for them.
    if (!(file.nodes().get(index) instanceof Instruction instruction)
        || text.indexOf("<<", instruction.span().start()) >= 0) {
      return;
    }
    List<Word> words = Expansions.words(instruction);
    if (!words.isEmpty()) {
      Word word = words.get(Math.floorMod(choice, words.size()));
      Source edited = edited(word.span(), "edited");
      List<Node> nodes = Dockerfile.parse(edited).nodes();
      check(nodes.size() == file.nodes().size(), "as many nodes as before", word);
      around(index, nodes, edited);
      check(nodes.get(index).getClass() != Instruction.Unknown.class, "still known", word);
    }
  }

  private boolean directivesFrom(int index) {
    return file.nodes().subList(index, file.nodes().size()).stream()
        .anyMatch(Node.Directive.class::isInstance);
  }

  private Source edited(Span span, String replacement) {
    return new Source("edited", Edit.apply(text, List.of(new Edit(span, replacement))));
  }

  /** All nodes but one are as they were. */
  private void around(int index, List<Node> nodes, Source edited) {
    same(nodes.subList(0, index), edited, file.nodes().subList(0, index));
    int last = file.nodes().size();
    same(nodes.subList(index + 1, last), edited, file.nodes().subList(index + 1, last));
  }

  private void same(List<Node> found, Source in, List<Node> expected) {
    check(found.size() == expected.size(), "as many nodes", found);
    for (int i = 0; i < found.size(); i++) {
      Node now = found.get(i);
      Node then = expected.get(i);
      check(in.text(now.span()).equals(source.text(then.span())), "the same characters", now);
      check(now.getClass() == then.getClass(), "the same kind", now);
      if (now instanceof Instruction nowRead && then instanceof Instruction thenRead) {
        check(relative(nowRead).equals(relative(thenRead)), "the same words", now);
      }
    }
  }

  /** The words of an instruction with their places counted from its start. */
  private static List<Word> relative(Instruction instruction) {
    int start = instruction.span().start();
    return words(instruction).stream()
        .map(w -> new Word(new Span(w.span().start() - start, w.span().end() - start), w.text()))
        .toList();
  }

  /** All words that are read from the file, of triggers too. */
  static List<Word> words(Instruction instruction) {
    List<Word> words = new ArrayList<>(Expansions.words(instruction));
    switch (instruction) {
      case Instruction.Run run -> add(words, run.command());
      case Instruction.Cmd cmd -> add(words, cmd.command());
      case Instruction.Entrypoint entrypoint -> add(words, entrypoint.command());
      case Instruction.Shell shell -> words.addAll(shell.argv());
      case Instruction.Maintainer maintainer -> words.add(maintainer.author());
      case Instruction.Onbuild onbuild -> words.addAll(words(onbuild.trigger()));
      case Instruction.Copy copy -> {
        Stream.of(copy.from()).filter(Objects::nonNull).forEach(words::add);
        words.addAll(copy.excludes());
      }
      case Instruction.Add add -> words.addAll(add.excludes());
      case Instruction.Healthcheck(Head head, Instruction.Probe probe) when probe != null ->
          add(words, probe.command());
      default -> {}
    }
    documents(instruction).forEach(d -> words.add(d.word()));
    return words;
  }

  private static void add(List<Word> words, Command command) {
    switch (command) {
      case Command.Shell(Word line) -> words.add(line);
      case Command.Exec(List<Word> argv) -> words.addAll(argv);
    }
  }

  private static List<Heredoc> documents(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Run run -> run.heredocs();
      case Instruction.Copy copy -> copy.files();
      case Instruction.Add add -> add.files();
      case Instruction.Onbuild onbuild -> documents(onbuild.trigger());
      default -> List.of();
    };
  }

  private void check(boolean holds, String law, Object at) {
    if (!holds) {
      throw new AssertionError(source.name() + ": " + law + ": " + at + "\n" + Quoted.of(text));
    }
  }
}
