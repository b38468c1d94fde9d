package dev.larder.engine.check;

import dev.larder.engine.dockerfile.Expansion;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.plan.GoText;
import dev.larder.engine.plan.Place;
import java.util.regex.Pattern;

/** No secrets in ARG and ENV. */
final class SecretsUsedInArgOrEnv extends Rule {
  SecretsUsedInArgOrEnv() {
    super(
        "SecretsUsedInArgOrEnv",
        "What ARG and ENV hold can be read from the image",
        "Variables stay in the image's config and arguments in its history, for "
            + "everybody who has the image. Give secrets to the steps that need them with RUN "
            + "--mount=type=secret. A name counts as a secret's if one of its words is key, "
            + "token, password, secret or the like, and none says that it is public.");
  }

  private static final Pattern SECRET =
      word("apikey|auth|credential|credentials|key|password|pword|passwd|secret|token");
  private static final Pattern HARMLESS = word("public|file|version");

  private static Pattern word(String words) {
    return Pattern.compile("(?:_|^)(?:" + words + ")(?:_|$)", Pattern.CASE_INSENSITIVE);
  }

  @Override
  void applying(Place place, Report report) {
    if (place.instruction() instanceof Instruction.Arg arg) {
      arg.definitions().forEach(definition -> check("ARG", definition.name().text(), report));
    }
  }

  @Override
  void expanded(Place place, Word word, Expansion expansion, Report report) {
    if (place.instruction() instanceof Instruction.Env env
        && env.variables().stream().anyMatch(pair -> pair.name().equals(word))) {
      check("ENV", expansion.text(), report);
    }
  }

  private void check(String keyword, String name, Report report) {
    if (SECRET.matcher(name).find() && !HARMLESS.matcher(name).find()) {
      report.add(
          this,
          "Do not use ARG or ENV instructions for sensitive data ("
              + keyword
              + " "
              + GoText.quoted(name)
              + ")");
    }
  }
}
