package dev.larder.engine.compose;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The short form of {@code volumes}: {@code name:/path}, {@code ./folder:/path:ro}. */
final class MountForms {
  private static final Set<String> PROPAGATION =
      Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");

  private MountForms() {}

  static List<Yaml> canonical(Yaml item) throws ComposeException {
    return switch (item) {
      case Yaml.Scalar s -> List.of(of(s));
      case Yaml.Fields f -> List.of(trimmed(f));
      case Yaml.Items i -> List.of(i);
      case Yaml.Nothing n -> List.of(n);
    };
  }

  private static Yaml of(Yaml.Scalar s) throws ComposeException {
    String[] parts = s.text().split(":", -1);
    if (parts.length > 3 || Arrays.asList(parts).contains("")) {
      throw ComposeException.at(
          s.at(),
          "not a volume: \"" + s.text() + "\"",
          "write \"name:/path\", \"./folder:/path\" or \"./folder:/path:ro\"");
    }
    List<String> options = parts.length == 3 ? List.of(parts[2].split(",")) : List.of();
    boolean path = parts.length > 1 && parts[0].matches("[./~].*");
    Yaml.Fields mount = Yaml.Fields.none(s.at()).with("type", text(s, path ? "bind" : "volume"));
    if (parts.length > 1) {
      mount = mount.with("source", text(s, parts[0]));
    }
    mount = mount.with("target", text(s, parts[parts.length > 1 ? 1 : 0]));
    if (options.contains("ro")) {
      mount = mount.with("read_only", text(s, "true"));
    }
    return trimmed(path ? mount.with("bind", bind(s, options)) : volume(mount, s, options));
  }

  private static Yaml.Fields bind(Yaml.Scalar s, List<String> options) {
    Yaml.Fields bind = Yaml.Fields.none(s.at());
    for (String option : options) {
      if (option.equals("z") || option.equals("Z")) {
        bind = bind.with("selinux", text(s, option));
      } else if (PROPAGATION.contains(option)) {
        bind = bind.with("propagation", text(s, option));
      }
    }
    return bind.with("create_host_path", text(s, "true"));
  }

  private static Yaml.Fields volume(Yaml.Fields mount, Yaml.Scalar s, List<String> options) {
    Yaml.Fields none = Yaml.Fields.none(s.at());
    return mount.with(
        "volume", options.contains("nocopy") ? none.with("nocopy", text(s, "true")) : none);
  }

  /** The target without slashes at its end. */
  private static Yaml.Fields trimmed(Yaml.Fields mount) {
    return mount.at("target") instanceof Yaml.Scalar s && s.text().length() > 1
        ? mount.with("target", text(s, s.text().replaceAll("(?<=.)/+$", "")))
        : mount;
  }

  private static Yaml.Scalar text(Yaml.Scalar at, String text) {
    return new Yaml.Scalar(at.at(), text);
  }
}
