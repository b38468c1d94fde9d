package dev.larder.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Parsing costs what the size of a file says, counted in bytes that are allocated: a machine's load
 * does not change them, and text that is copied for every line or word shows.
 */
final class ParsingCostTest {
  private static final int SMALL = 1_000;
  private static final int TIMES = 10;

  @Test
  void cost_growsWithTheFileOnly() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("FROM a\nRUN a% \n", " \\\n  && b \"c\"");
    lines.put("FROM a\nRUN b% \n", " \\\n# why\n  c");
    lines.put("FROM a\nRUN c% \n", " \\\n\n  c");
    lines.put("FROM a\nRUN <<EOF\n%EOF\n", "echo $a 'b'\n");
    lines.put("FROM a\nCOPY <<-\"A\" <<B /\n%A\nB\n", "\tb\n");
    lines.put("FROM a\nCOPY% /\n", " <<E");
    lines.put("FROM a\nENV a=\"%\"\n", "0123456789");
    lines.put("FROM a\nENV% b=c\n", " a=b");
    lines.put("FROM a\nCMD [\"a\"%]\n", ", \"b\"");
    lines.put("FROM a\nRUN% b\n", " --mount=type=cache,target=/a");
    lines.put("FROM a\nRUN --mount=type=cache% b\n", ",target=/a");
    lines.put("FROM a\n%", "COPY --link a b\n");
    lines.put("FROM a\n%", "# note\n");
    lines.put("FROM a\nONBUILD RUN a%\n", " \\\n b");
    lines.forEach(
        (file, part) -> {
          long small = cost(file, part, SMALL);
          long large = cost(file, part, SMALL * TIMES);
          assertThat((double) large / small).as(file).isLessThan(1.6 * TIMES);
        });
  }

  private static long cost(String file, String part, int times) {
    Source source = new Source("Dockerfile", file.replace("%", part.repeat(times)));
    ThreadMXBean counter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertThat(Dockerfile.parse(source).print()).isEqualTo(source.text());
    long before = counter.getCurrentThreadAllocatedBytes();
    Dockerfile parsed = Dockerfile.parse(source);
    long after = counter.getCurrentThreadAllocatedBytes();
    assertThat(parsed.instructions()).isNotEmpty();
    return after - before;
  }
}
