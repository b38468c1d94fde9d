package dev.larder.engine.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cases under src/test/resources/compose-config: projects, and what {@code docker compose --profile
 * '*' config --format json} of Docker Compose 2.40.3 makes of them, recorded with {@code /FOLDER}
 * as the folder above and {@code /FOLDER/home} as home.
 */
final class ComposeConfigTest {
  private static final Path CASES = Path.of("src/test/resources/compose-config").toAbsolutePath();
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().setPrettyPrinting().disableHtmlEscaping().create();

  @TempDir private Path folder;

  static List<String> cases() throws IOException {
    try (Stream<Path> list = Files.list(CASES)) {
      return list.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void project_isReadAsDockerComposeReadsIt(String name) throws Exception {
    Map<String, String> environment =
        Map.of("HOME", CASES.resolve("home").toString(), "HOST_VALUE", "from-host", "S1", "one");

    Model model = ComposeFiles.model(CASES.resolve(name), ComposeFiles.Named.none(), environment);

    String read =
        GSON.toJson(model.of(model.services().keySet())).replace(CASES.toString(), "/FOLDER");
    JsonElement recorded =
        JsonParser.parseString(Files.readString(CASES.resolve(name).resolve("config.json")));
    assertThat(GSON.toJson(sorted(JsonParser.parseString(read))))
        .isEqualTo(GSON.toJson(sorted(recorded)));
  }

  /** Members in order, and without the empty {@code exec} that each watch rule has in Go. */
  private static JsonElement sorted(JsonElement json) {
    if (json.isJsonArray()) {
      for (int i = 0; i < json.getAsJsonArray().size(); i++) {
        json.getAsJsonArray().set(i, sorted(json.getAsJsonArray().get(i)));
      }
      return json;
    }
    if (!json.isJsonObject()) {
      return json;
    }
    JsonObject all = new JsonObject();
    json.getAsJsonObject().keySet().stream()
        .sorted()
        .filter(key -> !(key.equals("exec") && json(json, key).equals("{\"command\":null}")))
        .forEach(key -> all.add(key, sorted(json.getAsJsonObject().get(key))));
    return all;
  }

  private static String json(JsonElement object, String key) {
    return new GsonBuilder().serializeNulls().create().toJson(object.getAsJsonObject().get(key));
  }

  @Test
  void servicesThatExtendEachOther_areRefused() throws Exception {
    assertThatThrownBy(
            () ->
                read(
                    """
                    services:
                      a: {image: x, extends: b}
                      b: {image: x, extends: {service: a}}
                    """))
        .isInstanceOf(ComposeException.class)
        .hasMessageContaining("compose.yaml:3:")
        .hasMessageContaining("extend each other in a circle");
  }

  @Test
  void extendedServiceThatIsMissing_isNamedWithItsNearest() throws Exception {
    assertThatThrownBy(() -> read("services: {web: {image: x}, b: {extends: wep}}"))
        .isInstanceOf(ComposeException.class)
        .hasMessageContaining("there is no service \"wep\" in compose.yaml")
        .extracting(e -> ((ComposeException) e).hint().orElse(""))
        .isEqualTo("did you mean web?");
  }

  @Test
  void filesThatIncludeEachOther_areRefused() throws Exception {
    Files.writeString(folder.resolve("other.yaml"), "include: [compose.yaml]\n");
    assertThatThrownBy(() -> read("include: [other.yaml]\nservices: {a: {image: x}}"))
        .isInstanceOf(ComposeException.class)
        .hasMessageContaining("other.yaml:1:")
        .hasMessageContaining("compose.yaml is included by what it includes");
  }

  @Test
  void includedServiceOfTheSameName_isAConflict() throws Exception {
    Files.writeString(folder.resolve("other.yaml"), "services: {a: {image: y}}\n");
    assertThatThrownBy(() -> read("include: [other.yaml]\nservices: {a: {image: x}}"))
        .isInstanceOf(ComposeException.class)
        .hasMessageContaining("services.a is also in what compose.yaml:1:11 includes");
  }

  @Test
  void model_leavesOutWhatOnlyOtherServicesUse() throws Exception {
    Model model =
        read(
            """
            name: p
            services:
              a: {image: x, volumes: ["d:/d"]}
              b: {image: y, volumes: ["e:/e"]}
            volumes: {d: , e: }
            """);
    assertThat(GSON.toJsonTree(model.of(Set.of("a"))).getAsJsonObject())
        .satisfies(json -> assertThat(json.getAsJsonObject("services").keySet()).containsOnly("a"))
        .satisfies(json -> assertThat(json.getAsJsonObject("volumes").keySet()).containsOnly("d"));
  }

  private Model read(String text) throws Exception {
    Files.writeString(folder.resolve("compose.yaml"), text);
    return ComposeFiles.model(folder, ComposeFiles.Named.none(), Map.of());
  }
}
