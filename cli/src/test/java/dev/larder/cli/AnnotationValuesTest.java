package dev.larder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.engine.build.BuildRequest.Output;
import dev.larder.engine.export.Annotations;
import dev.larder.engine.oci.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AnnotationValuesTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");

  @Test
  void types_choosePlaces_andPlatformsChooseBuilds() throws Exception {
    Annotations annotations =
        AnnotationValues.of(
            List.of(
                "a=1",
                "manifest:b=x=y",
                "manifest,manifest-descriptor:c=",
                "manifest[linux/amd64]:d=here",
                "manifest-descriptor[linux/arm64]:e=elsewhere",
                ""),
            AMD64);
    assertThat(annotations.manifest())
        .isEqualTo(Map.of("a", "1", "b", "x=y", "c", "", "d", "here"));
    assertThat(annotations.descriptor()).isEqualTo(Map.of("c", ""));
  }

  @Test
  void whatIsNoAnnotation_isRefused() {
    Map.of(
            "novalue", "expected KEY=VALUE",
            "manifest:=x", "the key is empty",
            "manifst:a=b", "did you mean manifest?",
            "index:a=b", "index annotations are not supported",
            "manifest[]:a=b", "unknown type manifest[]")
        .forEach(
            (text, message) ->
                assertThatThrownBy(() -> AnnotationValues.of(List.of(text), AMD64))
                    .isInstanceOfSatisfying(
                        UsageException.class,
                        e -> assertThat(e.getMessage() + " (" + e.hint() + ")").contains(message)));
  }

  @Test
  void annotations_needALayout() throws Exception {
    Annotations annotations = AnnotationValues.of(List.of("a=1"), AMD64);
    assertThat(
            AnnotationValues.on(
                List.of(new Output.Store(), new Output.Oci(Optional.empty(), true)), annotations))
        .containsExactly(new Output.Store(), new Output.Oci(Optional.empty(), true, annotations));
    List<Output> store = List.of(new Output.Store());
    assertThatThrownBy(() -> AnnotationValues.on(store, annotations))
        .hasMessageContaining("only a layout keeps annotations");
    assertThat(AnnotationValues.on(store, Annotations.NONE)).isEqualTo(store);
  }
}
