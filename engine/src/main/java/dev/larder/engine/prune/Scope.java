package dev.larder.engine.prune;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.image.StoredImage;
import dev.larder.engine.mount.CacheMounts;
import dev.larder.engine.oci.ImageName;
import dev.larder.engine.packages.KeptPackage;
import dev.larder.engine.service.ServiceSpec;
import dev.larder.engine.snapshot.LayerId;
import dev.larder.engine.waste.Tool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a target comes to.
 *
 * @param items which things belong to it
 * @param keys the keys of its steps
 * @param name the image's name that goes with it
 * @param packages URLs that are forgotten, whether or not their bodies go
 */
record Scope(
    Predicate<Item> items, Set<Digest> keys, Optional<ImageName> name, List<KeptPackage> packages) {
  Scope(Predicate<Item> items, Set<Digest> keys, Optional<ImageName> name) {
    this(items, keys, name, List.of());
  }

  /**
   * Finds out.
   *
   * @throws NothingToClearException if there is no such thing
   */
  static Scope of(Target target, Survey survey, Stores stores) throws IOException {
    return switch (target) {
      case Target.All() -> new Scope(item -> true, survey.results().keys(), Optional.empty());
      case Target.Mount(String id) -> mount(id, stores);
      case Target.Manager manager -> manager(manager.tool(), stores);
      case Target.Packages chosen -> packages(chosen, stores);
      case Target.Project(String name) -> project(name, survey);
      case Target.Image(ImageName name) -> image(name, survey, stores);
      case Target.Service service -> service(service, survey, stores);
    };
  }

  private static Scope mount(String id, Stores stores) throws IOException {
    Set<String> folders = new HashSet<>();
    Set<String> others = new TreeSet<>();
    for (CacheMounts.Kept kept : stores.mounts().list()) {
      others.add(kept.id());
      if (kept.id().equals(id)) {
        folders.add(kept.key());
      }
    }
    if (folders.isEmpty()) {
      throw new NothingToClearException("no cache mount has the id " + id, others);
    }
    return new Scope(isOneOf(Kind.MOUNT, folders), Set.of(), Optional.empty());
  }

  private static Predicate<Item> isOneOf(Kind kind, Set<String> ids) {
    return item -> item.kind() == kind && ids.contains(item.id());
  }

  private static Scope manager(Tool tool, Stores stores) throws IOException {
    Set<String> folders = new HashSet<>();
    for (CacheMounts.Kept kept : stores.mounts().list()) {
      if (tool.keeps(kept.id()) || tool.keeps(kept.target())) {
        folders.add(kept.key());
      }
    }
    Set<String> bodies = new HashSet<>();
    for (KeptPackage kept : stores.packages().list()) {
      if (kept.kind().equals(tool.ecosystem())) {
        bodies.addAll(bodies(kept));
      }
    }
    return new Scope(
        isOneOf(Kind.MOUNT, folders).or(isOneOf(Kind.PACKAGE, bodies)), Set.of(), Optional.empty());
  }

  private static Scope packages(Target.Packages target, Stores stores) throws IOException {
    List<KeptPackage> chosen = new ArrayList<>();
    Set<String> bodies = new HashSet<>();
    Set<String> shared = new HashSet<>();
    for (KeptPackage kept : stores.packages().list()) {
      if (target.choice().test(kept)) {
        chosen.add(kept);
        bodies.addAll(bodies(kept));
      } else {
        shared.addAll(bodies(kept));
      }
    }
    if (chosen.isEmpty()) {
      throw new NothingToClearException("no such package is kept", Set.of());
    }
    bodies.removeAll(shared);
    return new Scope(isOneOf(Kind.PACKAGE, bodies), Set.of(), Optional.empty(), chosen);
  }

  /** The ids of a URL's bodies. */
  private static List<String> bodies(KeptPackage kept) {
    return kept.bodies().keySet().stream().map(Digest::toString).toList();
  }

  private static Scope project(String name, Survey survey) throws IOException {
    Set<Digest> keys = new HashSet<>();
    for (Digest key : survey.results().keys()) {
      if (survey.provenance().projects(key).equals(Set.of(name))) {
        keys.add(key);
      }
    }
    Predicate<Item> own = item -> item.projects().equals(Set.of(name));
    if (keys.isEmpty() && survey.items().stream().noneMatch(own)) {
      throw new NothingToClearException(
          "nothing is kept of a project " + name + " alone", survey.provenance().projects());
    }
    return new Scope(own, keys, Optional.empty());
  }

  private static Scope image(ImageName name, Survey survey, Stores stores) throws IOException {
    Optional<StoredImage> image = stores.images().find(name);
    if (image.isEmpty()) {
      Set<String> known = new TreeSet<>();
      stores.images().list().keySet().forEach(one -> known.add(one.familiar()));
      throw new NothingToClearException("no image has the name " + name.familiar(), known);
    }
    Set<LayerId> layers = new HashSet<>();
    image.get().files().ifPresent(files -> layers.addAll(files.layers()));
    return ofImage(image.get().id(), layers, survey, Optional.of(name));
  }

  private static Scope service(Target.Service target, Survey survey, Stores stores)
      throws IOException {
    Set<String> known = new TreeSet<>();
    List<ServiceSpec> found = new ArrayList<>();
    for (ServiceSpec spec : ServiceSpec.all(stores.home())) {
      known.add(spec.project() + "/" + spec.service());
      boolean ofProject = target.project().isEmpty() || target.project().equals(spec.project());
      if (ofProject && target.service().equals(spec.service())) {
        found.add(spec);
      }
    }
    if (found.size() != 1) {
      String many = found.isEmpty() ? "no service is called " : "more than one service is called ";
      throw new NothingToClearException(many + target.service(), known);
    }
    return ofImage(Digest.parse(found.getFirst().imageId()), Set.of(), survey, Optional.empty());
  }

  /** The steps of the builds that made an image, and their layers. */
  private static Scope ofImage(
      Digest id, Set<LayerId> own, Survey survey, Optional<ImageName> name) {
    Set<Digest> keys = survey.provenance().keysOf(id);
    Set<LayerId> layers = new HashSet<>(own);
    keys.forEach(key -> layers.addAll(survey.results().layersOf(key)));
    return new Scope(
        item -> item.kind() == Kind.LAYER && layers.contains(new LayerId(item.id())), keys, name);
  }
}
