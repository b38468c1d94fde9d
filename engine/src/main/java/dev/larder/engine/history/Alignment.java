package dev.larder.engine.history;

import dev.larder.engine.history.BuildRecord.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which step of an earlier build a step was: instructions may have been added, removed or changed
 * since, stages renamed. The steps of a stage keep their order; of all ways to pair them that one
 * is taken in which the pairs are most alike.
 */
final class Alignment {
  private static final int SAME = 100;
  private static final int SAME_TEXT = 80;
  private static final int SAME_KEYWORD = 10;

  private final Map<Step, Step> pairs = new HashMap<>();

  private Alignment() {}

  /** Pairs the steps of two builds. */
  static Alignment of(List<Step> now, List<Step> earlier) {
    Alignment alignment = new Alignment();
    Map<String, List<Step>> stages = stages(now);
    Map<String, List<Step>> before = stages(earlier);
    Map<String, List<Step>> unnamed = new LinkedHashMap<>(before);
    unnamed.keySet().removeAll(stages.keySet());
    stages.forEach(
        (name, steps) -> {
          List<Step> same = before.get(name);
          if (same != null) {
            alignment.pair(steps, same);
          } else {
            Optional<String> like = likest(steps, unnamed);
            if (like.isPresent()) {
              alignment.pair(steps, unnamed.getOrDefault(like.get(), List.of()));
              unnamed.remove(like.get());
            }
          }
        });
    return alignment;
  }

  /** The step that this one was. */
  Optional<Step> earlier(Step now) {
    return Optional.ofNullable(pairs.get(now));
  }

  private static Map<String, List<Step>> stages(List<Step> steps) {
    Map<String, List<Step>> stages = new LinkedHashMap<>();
    for (Step step : steps) {
      if (step.place().number() > 0) {
        stages.computeIfAbsent(step.place().stage(), name -> new ArrayList<>()).add(step);
      }
    }
    stages
        .values()
        .forEach(stage -> stage.sort(Comparator.comparingInt(step -> step.place().number())));
    return stages;
  }

  /** A stage that has another name now, if any of its steps is still the same. */
  private static Optional<String> likest(List<Step> steps, Map<String, List<Step>> stages) {
    String best = "";
    int most = SAME_TEXT - 1;
    for (Map.Entry<String, List<Step>> stage : stages.entrySet()) {
      int[][] scores = scores(steps, stage.getValue());
      if (scores[0][0] > most) {
        most = scores[0][0];
        best = stage.getKey();
      }
    }
    return most >= SAME_TEXT ? Optional.of(best) : Optional.empty();
  }

  /** The best that the steps from i and j on can come to. */
  private static int[][] scores(List<Step> now, List<Step> earlier) {
    int[][] scores = new int[now.size() + 1][earlier.size() + 1];
    for (int i = now.size() - 1; i >= 0; i--) {
      for (int j = earlier.size() - 1; j >= 0; j--) {
        int skip = Math.max(scores[i + 1][j], scores[i][j + 1]);
        int alike = alike(now.get(i), earlier.get(j));
        scores[i][j] = alike > 0 ? Math.max(skip, alike + scores[i + 1][j + 1]) : skip;
      }
    }
    return scores;
  }

  private void pair(List<Step> now, List<Step> earlier) {
    int[][] scores = scores(now, earlier);
    int i = 0;
    int j = 0;
    while (i < now.size() && j < earlier.size()) {
      int alike = alike(now.get(i), earlier.get(j));
      if (alike > 0 && scores[i][j] == alike + scores[i + 1][j + 1]) {
        pairs.put(now.get(i++), earlier.get(j++));
      } else if (scores[i][j] == scores[i + 1][j]) {
        i++;
      } else {
        j++;
      }
    }
  }

  /** How much alike two steps are; 0 is not to be paired. */
  private static int alike(Step now, Step earlier) {
    if (!now.parts().kind().equals(earlier.parts().kind())) {
      return 0;
    }
    String text = now.place().instruction();
    String before = earlier.place().instruction();
    if (now.parts().equals(earlier.parts())) {
      return text.equals(before) ? SAME + 1 : SAME;
    }
    if (text.equals(before)) {
      return SAME_TEXT;
    }
    int keyword = text.indexOf(' ') + 1;
    if (!before.startsWith(text.substring(0, keyword))) {
      return 0;
    }
    String rest = text.substring(keyword);
    String restBefore = before.substring(keyword);
    int longest = Math.max(1, Math.max(rest.length(), restBefore.length()));
    return SAME_KEYWORD + (SAME_TEXT - SAME_KEYWORD - 1) * common(rest, restBefore) / longest;
  }

  /** Characters that two texts have in common at their beginning and end. */
  private static int common(String a, String b) {
    int shortest = Math.min(a.length(), b.length());
    int start = 0;
    while (start < shortest && a.charAt(start) == b.charAt(start)) {
      start++;
    }
    int end = 0;
    while (end < shortest - start
        && a.charAt(a.length() - 1 - end) == b.charAt(b.length() - 1 - end)) {
      end++;
    }
    return start + end;
  }
}
