package dev.larder.engine.plan;

import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Expander;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.oci.ImageConfig;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Instructions that change nothing but an image's config, as {@code docker import --change}. */
public final class ConfigChanges {
  private ConfigChanges() {}

  /**
   * The config after these instructions.
   *
   * @param instructions none that makes files: no RUN, COPY, ADD, FROM
   */
  public static ImageConfig apply(
      ImageConfig config, List<Instruction> instructions, Expander expander)
      throws DockerfileException {
    StageState stage = new StageState(0, "", config.platform(), false);
    stage.config = config;
    stage.environment.putAll(config.envByName());
    PlanRequest none =
        new PlanRequest(
            dev.larder.engine.dockerfile.Dockerfile.parse(
                new dev.larder.engine.dockerfile.Source("", "")),
            Optional.empty(),
            new LinkedHashMap<>(),
            config.platform(),
            config.platform(),
            new LinkedHashMap<>(),
            any -> false,
            List.of(),
            Op.Network.DEFAULT,
            Limits.NONE);
    StagePlan plan = new StagePlan(stage, expander, new NoSources(), none, Map.of());
    try {
      for (Instruction instruction : instructions) {
        plan.apply(instruction, PlanListener.NONE);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("nothing was looked up", e);
    }
    return stage.config;
  }

  private static final class NoSources implements Sources {
    @Override
    public Optional<Edge> from(String name, StageState user, Optional<String> target, Span at) {
      throw new IllegalStateException("nothing is copied");
    }

    @Override
    public Edge context() {
      throw new IllegalStateException("nothing is copied");
    }

    @Override
    public void name(Vertex vertex, Plan.StepName name) {}
  }
}
