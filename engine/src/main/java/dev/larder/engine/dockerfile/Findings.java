package dev.larder.engine.dockerfile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects diagnostics while a file is read. */
final class Findings {
  private final List<Diagnostic> found;
  private final boolean later;

  Findings() {
    this(new ArrayList<>(), false);
  }

  private Findings(List<Diagnostic> found, boolean later) {
    this.found = found;
    this.later = later;
  }

  /** For what an ONBUILD holds back: what is wrong with it fails another build, not this one. */
  Findings ofTrigger() {
    return new Findings(found, true);
  }

  void error(Span span, String message) {
    error(span, message, "");
  }

  void error(Span span, String message, String hint) {
    add(Diagnostic.error(span, message, hint));
  }

  void add(Diagnostic finding) {
    if (later && finding.isError()) {
      String hint = "builds on top of this image will fail";
      found.add(
          Diagnostic.warning(
              finding.rule(),
              finding.span(),
              finding.message(),
              finding.hint().isEmpty() ? hint : finding.hint() + "; " + hint));
    } else {
      found.add(finding);
    }
  }

  List<Diagnostic> sorted() {
    return found.stream().sorted(Comparator.comparingInt(d -> d.span().start())).toList();
  }
}
