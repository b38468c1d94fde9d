package dev.larder.engine.build;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.dockerfile.Diagnostic;
import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Span;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Vertex;
import dev.larder.engine.plan.Plan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds a graph against what its caller allows. The whole graph is looked at before anything runs,
 * as BuildKit does, so that a result of the cache asks for no less than a step that runs.
 */
final class Permission {
  private final Plan plan;
  private final Dockerfile dockerfile;
  private final Set<Entitlement> allowed;
  private final Set<Digest> seen = new HashSet<>();
  private final List<Diagnostic> refused = new ArrayList<>();

  private Permission(Plan plan, Dockerfile dockerfile, Set<Entitlement> allowed) {
    this.plan = plan;
    this.dockerfile = dockerfile;
    this.allowed = allowed;
  }

  /**
   * Looks at all that is to be done.
   *
   * @throws BuildFailure that shows each instruction that needs what is not allowed
   */
  static void require(Plan plan, Dockerfile dockerfile, Set<Entitlement> allowed)
      throws BuildFailure {
    Permission permission = new Permission(plan, dockerfile, allowed);
    plan.root().map(Edge::vertex).ifPresent(permission::visit);
    if (!permission.refused.isEmpty()) {
      throw new BuildFailure(
          permission.refused.getFirst().line(dockerfile.source()),
          permission.refused.stream().map(one -> one.render(dockerfile.source())).toList());
    }
  }

  /** Inputs come first, so that what is refused is told in the order of the file. */
  private void visit(Vertex vertex) {
    if (!seen.add(vertex.id())) {
      return;
    }
    vertex.inputs().forEach(input -> visit(input.vertex()));
    if (vertex.op() instanceof Op.Exec exec) {
      for (Entitlement needed : exec.needs()) {
        if (!allowed.contains(needed)) {
          refused.add(
              Diagnostic.error(
                  place(vertex, needed),
                  needed.word() + " is not allowed",
                  "--allow " + needed.word() + ", or build.entitlements in a compose file"));
        }
      }
    }
  }

  /** The flag's value, or the instruction where the flag is the command line's. */
  private Span place(Vertex vertex, Entitlement needed) {
    Optional<Span> whole =
        Optional.ofNullable(plan.names().get(vertex.id())).flatMap(Plan.StepName::span);
    return whole.flatMap(span -> flag(span, needed)).or(() -> whole).orElse(new Span(0, 0));
  }

  private Optional<Span> flag(Span whole, Entitlement needed) {
    return dockerfile.stages().stream()
        .flatMap(stage -> stage.instructions().stream())
        .filter(Instruction.Run.class::isInstance)
        .map(Instruction.Run.class::cast)
        .filter(run -> run.head().code().equals(whole))
        .findFirst()
        .flatMap(
            run -> {
              @Nullable Word word =
                  switch (needed) {
                    case NETWORK_HOST -> run.network();
                    case SECURITY_INSECURE -> run.security();
                    case DEVICE -> null;
                  };
              return Optional.ofNullable(word).map(Word::span);
            });
  }
}
