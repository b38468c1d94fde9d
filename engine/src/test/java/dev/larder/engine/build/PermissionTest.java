package dev.larder.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.larder.engine.dockerfile.Dockerfile;
import dev.larder.engine.dockerfile.Source;
import dev.larder.engine.graph.Entitlement;
import dev.larder.engine.graph.Limits;
import dev.larder.engine.graph.Op;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.oci.Platform;
import dev.larder.engine.plan.Bases;
import dev.larder.engine.plan.Plan;
import dev.larder.engine.plan.PlanRequest;
import dev.larder.engine.plan.Planner;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PermissionTest {
  private static final Platform PLATFORM = Platform.of("linux", "amd64");
  private static final String BOTH =
      """
      FROM scratch AS build
      RUN --network=host ["/get"]
      FROM scratch AS unused
      RUN --security=insecure ["/never"]
      FROM scratch
      COPY --from=build /x /
      RUN --network=none ["/make"]
      RUN --mount=type=tmpfs,target=/t \\
          --security=insecure \\
          ["/mount"]
      """;

  /** None is needed. */
  private static final class NoBases implements Bases {
    @Override
    public Optional<Base> namedContext(String name, Platform platform) {
      return Optional.empty();
    }

    @Override
    public Base.Image image(ImageName name, Platform platform) {
      throw new AssertionError(name);
    }
  }

  private static void require(String text, Op.Network network, Entitlement... allowed)
      throws Exception {
    Dockerfile dockerfile = Dockerfile.parse(new Source("Dockerfile", text));
    PlanRequest request =
        new PlanRequest(
            dockerfile,
            Optional.empty(),
            new LinkedHashMap<>(),
            PLATFORM,
            PLATFORM,
            new LinkedHashMap<>(),
            stage -> false,
            List.of(),
            network,
            Limits.NONE);
    Plan plan = Planner.plan(request, new NoBases());
    Permission.require(plan, dockerfile, Set.of(allowed));
  }

  private static BuildFailure refusal(String text, Op.Network network, Entitlement... allowed) {
    return catchThrowableOfType(BuildFailure.class, () -> require(text, network, allowed));
  }

  @Test
  void steps_thatNeedWhatIsNotAllowed_areAllShown() {
    BuildFailure failure = refusal(BOTH, Op.Network.DEFAULT);
    assertThat(failure)
        .hasMessage(
            "Dockerfile:2:15: network.host is not allowed (--allow network.host, or"
                + " build.entitlements in a compose file)");
    assertThat(String.join("\n", failure.excerpts()))
        .isEqualTo(
            """
            Dockerfile:2:15: network.host is not allowed (--allow network.host, or build.entitlements in a compose file)
               1 | FROM scratch AS build
               2 | RUN --network=host ["/get"]
                 |               ^^^^
               3 | FROM scratch AS unused

            Dockerfile:9:16: security.insecure is not allowed (--allow security.insecure, or build.entitlements in a compose file)
               8 | RUN --mount=type=tmpfs,target=/t \\
               9 |     --security=insecure \\
                 |                ^^^^^^^^
              10 |     ["/mount"]
            """);
  }

  @Test
  void entitlement_isForItselfOnly() {
    BuildFailure failure = refusal(BOTH, Op.Network.DEFAULT, Entitlement.NETWORK_HOST);
    assertThat(failure.excerpts())
        .singleElement()
        .asString()
        .contains("security.insecure is not allowed");
    assertThatNoException()
        .isThrownBy(
            () ->
                require(
                    BOTH,
                    Op.Network.DEFAULT,
                    Entitlement.NETWORK_HOST,
                    Entitlement.SECURITY_INSECURE));
  }

  @Test
  void networkOfTheRequest_isRefusedAtTheInstruction() {
    BuildFailure failure = refusal("FROM scratch\nRUN [\"/x\"]\n", Op.Network.HOST);
    assertThat(failure).hasMessageStartingWith("Dockerfile:2:1: network.host is not allowed");
  }

  @Test
  void stepsThatNeedNothing_areLetThrough() {
    assertThatNoException()
        .isThrownBy(
            () ->
                require(
                    "FROM scratch\nRUN --network=none --security=sandbox [\"/x\"]\n",
                    Op.Network.DEFAULT));
  }
}
