package dev.larder.engine.snapshot;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;

/** Snapshots as JSON: an array of the names of the layers, the lowest first. */
@SuppressWarnings("exports") // read and written within this module only
public final class SnapshotJson {
  private SnapshotJson() {}

  public static JsonArray write(Snapshot snapshot) {
    JsonArray layers = new JsonArray();
    snapshot.layers().forEach(layer -> layers.add(layer.text()));
    return layers;
  }

  /**
   * Inverts {@link #write}.
   *
   * @throws IllegalArgumentException if an element is not the name of a layer
   * @throws IllegalStateException if it is not an array of texts
   */
  public static Snapshot read(JsonElement json) {
    List<LayerId> layers = new ArrayList<>();
    for (JsonElement layer : json.getAsJsonArray()) {
      layers.add(new LayerId(layer.getAsString()));
    }
    return new Snapshot(layers);
  }

  /** Several, as the outputs of a step. */
  public static JsonArray writeAll(List<Snapshot> snapshots) {
    JsonArray all = new JsonArray();
    snapshots.forEach(snapshot -> all.add(write(snapshot)));
    return all;
  }

  /**
   * Inverts {@link #writeAll}.
   *
   * @throws IllegalArgumentException if an element is not the name of a layer
   * @throws IllegalStateException if it is not an array of arrays of texts
   */
  public static List<Snapshot> readAll(JsonElement json) {
    List<Snapshot> all = new ArrayList<>();
    json.getAsJsonArray().forEach(one -> all.add(read(one)));
    return all;
  }
}
