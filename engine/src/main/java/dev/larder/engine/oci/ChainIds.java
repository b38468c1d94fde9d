package dev.larder.engine.oci;

import dev.larder.engine.digest.Digest;
import java.util.ArrayList;
import java.util.List;

/** Names of stacks of layers (OCI image specification, "Layer ChainID"). */
public final class ChainIds {
  private ChainIds() {}

  /** One for each layer, of it and all below it. */
  public static List<Digest> of(List<Digest> diffIds) {
    List<Digest> chain = new ArrayList<>();
    for (Digest diffId : diffIds) {
      chain.add(chain.isEmpty() ? diffId : Digest.ofText(chain.getLast() + " " + diffId));
    }
    return List.copyOf(chain);
  }
}
