package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RelayTrainingTest {
  @TempDir Path folder;

  @Test
  void request_comesBackThroughTheRelay() throws Exception {
    assertThat(RelayTraining.run(folder)).isEqualTo("ok");
  }
}
