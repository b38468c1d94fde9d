package dev.larder.engine.dockerfile;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long files of growing size take to parse: ten times the size, ten times the time. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ParseBenchmark {
  /** Lines of it. */
  @Param({"1000", "10000"})
  public int size;

  /** What the file is made of. */
  @Param({"instructions", "continuations", "comments", "heredoc", "word"})
  public String shape = "";

  private Source source = new Source("", "");

  /** Writes the file. */
  @Setup
  public void write() {
    String text =
        switch (shape) {
          case "instructions" ->
              ("ENV A=b C=\"d $A\"\nCOPY --chown=1:2 --link a b /c/\n"
                      + "RUN --mount=type=cache,target=/x make \\\n  all\n"
                      + "LABEL x=y\n")
                  .repeat(size / 4);
          case "continuations" -> "RUN a" + " \\\n  && b \"c\"".repeat(size) + "\n";
          case "comments" -> "RUN a" + " \\\n# why\n  b".repeat(size / 2) + "\n";
          case "heredoc" -> "RUN <<EOF\n" + "echo $a 'b'\n".repeat(size) + "EOF\n";
          case "word" -> "ENV a=\"" + "0123456789".repeat(size) + "\"\n";
          default -> throw new IllegalArgumentException(shape);
        };
    source = new Source("Dockerfile", "FROM scratch\n" + text);
  }

  /** Parses it. */
  @Benchmark
  public Dockerfile parse() {
    return Dockerfile.parse(source);
  }
}
