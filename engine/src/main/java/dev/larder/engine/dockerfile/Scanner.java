package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks through a file once, line by line, and tiles it with nodes. */
final class Scanner {
  private static final Span START = new Span(0, 0);

  private final Source source;
  private final String text;
  private final Findings findings = new Findings();
  private final Directives directives;
  private final List<Node> nodes = new ArrayList<>();
  private List<String> comments = new ArrayList<>();
  private int pos;

  Scanner(Source source) {
    this.source = source;
    this.text = source.text();
    this.directives = new Directives(text, findings);
  }

  Dockerfile scan() {
    if (text.startsWith("\uFEFF")) {
      pos = 1;
      nodes.add(new Node.ByteOrderMark(new Span(0, 1)));
    }
    while (pos < text.length()) {
      int end = lineEnd(pos);
      int contentEnd = withoutLineEnd(pos, end);
      int start = Whitespace.skip(text, pos, contentEnd);
      if (start == contentEnd) {
        directives.end();
        nodes.add(new Node.Blank(new Span(pos, end)));
        pos = end;
      } else if (text.charAt(start) == '#') {
        comment(new Span(pos, end), start, contentEnd);
        pos = end;
      } else {
        directives.end();
        instruction(start, contentEnd, end);
      }
    }
    order();
    Diagnostic foreign = directives.foreign();
    List<Diagnostic> found = foreign == null ? findings.sorted() : List.of(foreign);
    return new Dockerfile(source, directives.escape(), nodes, found);
  }

  private void comment(Span line, int hash, int end) {
    Node.Directive directive = directives.read(line, hash, end);
    if (directive != null) {
      nodes.add(directive);
      return;
    }
    nodes.add(new Node.Comment(line, Whitespace.trim(text.substring(hash + 1, end))));
    // As the reference collects them: it drops the first character of the line, whatever it is.
    String collected = Whitespace.trim(text.substring(line.start() + 1, end));
    if (collected.isEmpty()) {
      comments = new ArrayList<>();
    } else {
      comments.add(collected);
    }
  }

  private void instruction(int start, int contentEnd, int end) {
    int from = pos;
    LogicalLine line = logicalLine(start, contentEnd, end);
    Statement statement = Statement.split(line, directives.escape());
    List<Heredoc> heredocs = new ArrayList<>();
    if (holdsDocuments(statement)) {
      for (Heredocs.Announced announced : Heredocs.announced(line)) {
        heredocs.add(body(announced));
      }
    }
    Span span = new Span(from, pos);
    nodes.add(
        new InstructionReader(statement, span, heredocs, comments, directives.escape(), findings)
            .read());
    comments = new ArrayList<>();
  }

  /** Joins a line and what continues it; leaves {@code pos} behind them. */
  private LogicalLine logicalLine(int start, int firstContentEnd, int firstEnd) {
    LogicalLine.Builder line = new LogicalLine.Builder();
    int cut = continuation(start, firstContentEnd);
    line.append(text, start, cut < 0 ? firstContentEnd : cut);
    int end = firstEnd;
    int last = cut < 0 ? firstContentEnd : cut;
    Span empty = null;
    while (cut >= 0 && end < text.length()) {
      int from = end;
      end = lineEnd(from);
      int contentEnd = withoutLineEnd(from, end);
      int first = Whitespace.skip(text, from, contentEnd);
      if (first == contentEnd) {
        empty = empty == null ? new Span(from, contentEnd) : empty;
      } else if (text.charAt(first) != '#') {
        cut = continuation(from, contentEnd);
        last = cut < 0 ? contentEnd : cut;
        line.append(text, from, last);
      }
    }
    pos = end;
    if (empty != null) {
      findings.add(
          Diagnostic.warning(
              "NoEmptyContinuation",
              empty,
              "Empty continuation line",
              "empty continuation lines will become errors in a future release"));
    }
    return line.build(last);
  }

  /** Where the escape that continues a line stands; -1 if the line ends here. */
  private int continuation(int from, int contentEnd) {
    int i = contentEnd - 1;
    while (i >= from && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
      i--;
    }
    char escape = directives.escape();
    boolean continued =
        i >= from && text.charAt(i) == escape && (i == from || text.charAt(i - 1) != escape);
    return continued ? i : -1;
  }

  private boolean holdsDocuments(Statement statement) {
    Statement holder = statement;
    if (holder.name().equals("onbuild")) {
      holder = Statement.split(holder.arguments(), directives.escape());
    }
    return switch (holder.name()) {
      case "run", "copy", "add" -> JsonArray.read(holder.arguments()) == null;
      default -> false;
    };
  }

  /** Reads the lines of a document from {@code pos} on. */
  private Heredoc body(Heredocs.Announced announced) {
    Heredocs.Delimiter delimiter = announced.delimiter();
    int from = pos;
    @Nullable Span body = null;
    while (body == null && pos < text.length()) {
      int start = pos;
      pos = lineEnd(start);
      int first = start;
      int contentEnd = withoutLineEnd(start, pos);
      while (delimiter.chomp() && first < contentEnd && text.charAt(first) == '\t') {
        first++;
      }
      if (contentEnd - first == delimiter.name().length()
          && text.startsWith(delimiter.name(), first)) {
        body = new Span(from, start);
      }
    }
    if (body == null) {
      findings.error(
          announced.word().span(),
          "unterminated heredoc",
          "no line consists of " + delimiter.name() + " alone");
      body = new Span(from, pos);
    }
    return new Heredoc(
        announced.word(),
        delimiter.name(),
        delimiter.descriptor(),
        delimiter.expand(),
        delimiter.chomp(),
        body,
        body.of(text));
  }

  /** What is wrong with the file as a whole. */
  private void order() {
    boolean any = false;
    boolean stage = false;
    boolean told = false;
    for (Node node : nodes) {
      if (node instanceof Instruction instruction) {
        any = true;
        String name = instruction.name();
        stage |= name.equals("FROM");
        boolean belongs = stage || name.equals("ARG") || instruction instanceof Instruction.Unknown;
        if (!belongs && !told) {
          told = true;
          findings.error(
              instruction.keyword().span(),
              "no build stage in current context",
              "a Dockerfile begins with FROM, only ARG may stand before it");
        }
      }
    }
    if (!any) {
      String message =
          text.isEmpty() ? "the Dockerfile cannot be empty" : "file with no instructions";
      findings.error(START, message, "a Dockerfile begins with FROM");
    } else if (!stage && !told) {
      findings.error(START, "dockerfile contains no stages to build", "add a FROM");
    }
  }

  private int lineEnd(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end + 1;
  }

  private int withoutLineEnd(int from, int lineEnd) {
    int end = lineEnd;
    while (end > from && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return end;
  }
}
