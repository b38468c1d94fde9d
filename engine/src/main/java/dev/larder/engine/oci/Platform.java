package dev.larder.engine.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image runs on, by Go's names for systems and processors.
 *
 * <p>Spelling, normal form and matching are those of containerd's {@code platforms} package, which
 * Docker uses.
 *
 * @param variant of the processor, {@code v7}; empty if there is none
 * @param osVersion empty unless it matters (Windows)
 * @param osFeatures what the system must be able to do besides; usually empty
 */
public record Platform(
    String os, String architecture, String variant, String osVersion, List<String> osFeatures) {
  private static final Pattern OS = Pattern.compile("([A-Za-z0-9_-]+)(?:\\(([A-Za-z0-9_.-]*)\\))?");
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_.-]+");
  private static final Set<String> SYSTEMS =
      Set.of(
          "aix",
          "android",
          "darwin",
          "dragonfly",
          "freebsd",
          "illumos",
          "linux",
          "netbsd",
          "openbsd",
          "plan9",
          "solaris",
          "windows");
  private static final Set<String> ARCHITECTURES =
      Set.of(
          "386",
          "amd64",
          "arm",
          "arm64",
          "loong64",
          "mips",
          "mips64",
          "mips64le",
          "mipsle",
          "ppc64",
          "ppc64le",
          "riscv64",
          "s390x",
          "wasm");

  /** Copies the features. */
  public Platform {
    osFeatures = List.copyOf(osFeatures);
  }

  /** Without variant, version and features. */
  public static Platform of(String os, String architecture) {
    return of(os, architecture, "");
  }

  /** Without version and features. */
  public static Platform of(String os, String architecture, String variant) {
    return new Platform(os, architecture, variant, "", List.of());
  }

  /**
   * The platform of this machine, whose system is Linux.
   *
   * @param osArch Java's {@code os.arch}
   */
  public static Platform host(String osArch) {
    String name =
        switch (osArch) {
          case "x86", "i386", "i486", "i586", "i686" -> "386";
          case "loongarch64" -> "loong64";
          default -> osArch;
        };
    return of("linux", name).normalized();
  }

  /**
   * Parses {@code os/arch/variant}, {@code os(version)/arch}, or a system or processor alone, which
   * is completed by the other part of this machine's platform.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Platform parse(String text, Platform host) {
    String[] parts = text.split("/", -1);
    Matcher os = OS.matcher(parts[0]);
    if (parts.length > 3 || !os.matches()) {
      throw invalid(text, "expected os[/arch[/variant]]");
    }
    for (int i = 1; i < parts.length; i++) {
      if (!PART.matcher(parts[i]).matches()) {
        throw invalid(text, "\"" + parts[i] + "\" is not letters, digits, '_', '.' and '-'");
      }
    }
    String system = normalOs(os.group(1));
    String version = os.group(2) == null ? "" : os.group(2);
    if (parts.length == 1) {
      return alone(text, system, version, host);
    }
    String[] cpu = normalCpu(parts[1], parts.length == 3 ? parts[2] : "");
    if (parts.length == 2 && cpu[0].equals("arm") && cpu[1].equals("v7")) {
      cpu[1] = "";
    }
    if (parts.length == 3 && cpu[0].equals("arm64") && cpu[1].isEmpty()) {
      cpu[1] = "v8";
    }
    return new Platform(system, cpu[0], cpu[1], version, List.of());
  }

  /** The form in which equal platforms are equal: {@code aarch64/v8} is {@code arm64}. */
  public Platform normalized() {
    String[] cpu = normalCpu(architecture, variant);
    return new Platform(
        normalOs(os), cpu[0], cpu[1], osVersion, osFeatures.stream().sorted().distinct().toList());
  }

  /**
   * How well something made for {@code other} runs on this platform: 0 is best, larger is worse,
   * empty is not at all. An arm/v7 processor runs v6 and v5 code, arm64 runs arm code, and so on.
   */
  public OptionalInt rank(Platform other) {
    List<Platform> accepted = normalized().accepted();
    Platform candidate = other.normalized();
    for (int i = 0; i < accepted.size(); i++) {
      Platform one = accepted.get(i);
      if (one.os.equals(candidate.os)
          && one.architecture.equals(candidate.architecture)
          && one.variant.equals(candidate.variant)
          && osVersionFits(candidate)
          && osFeatures.containsAll(candidate.osFeatures)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** Whether something made for {@code other} runs on this platform. */
  public boolean runs(Platform other) {
    return rank(other).isPresent();
  }

  /** {@code linux/arm/v7}; a version follows the system in parentheses. */
  @Override
  public String toString() {
    String version = osVersion.isEmpty() ? "" : "(" + osVersion + ")";
    return os + version + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }

  /** A Windows image fits hosts of the same build, the first three parts of the version. */
  private boolean osVersionFits(Platform candidate) {
    if (!os.equals("windows") || osVersion.isEmpty() || candidate.osVersion.isEmpty()) {
      return true;
    }
    return build(osVersion).equals(build(candidate.osVersion));
  }

  private static List<String> build(String version) {
    List<String> parts = List.of(version.split("\\.", -1));
    return parts.subList(0, Math.min(3, parts.size()));
  }

  /** What this normal platform runs, best first. */
  private List<Platform> accepted() {
    List<Platform> list = new ArrayList<>();
    switch (architecture) {
      case "amd64" -> {
        list.add(this);
        for (int v = version(variant) - 1; v >= 1; v--) {
          list.add(cpu("amd64", v == 1 ? "" : "v" + v));
        }
        list.add(cpu("386", ""));
      }
      case "arm" -> {
        list.add(this);
        for (int v = version(variant) - 1; v >= 5; v--) {
          list.add(cpu("arm", "v" + v));
        }
      }
      case "arm64" -> {
        acceptedArm64(list);
        list.addAll(cpu("arm", "v8").accepted());
      }
      default -> list.add(this);
    }
    return list;
  }

  /** Armv9.n contains Armv8.(n+5). */
  private void acceptedArm64(List<Platform> list) {
    String[] numbers = (variant.isEmpty() ? "v8" : variant).split("\\.", 2);
    int minor = numbers.length == 2 ? version("v" + numbers[1]) : 0;
    boolean nine = numbers[0].equals("v9");
    if (!nine && !numbers[0].equals("v8")) {
      list.add(this);
      return;
    }
    if (nine) {
      for (int m = minor; m >= 0; m--) {
        list.add(cpu("arm64", m == 0 ? "v9" : "v9." + m));
      }
    }
    for (int m = Math.min(9, nine ? minor + 5 : minor); m >= 0; m--) {
      list.add(cpu("arm64", m == 0 ? "" : "v8." + m));
    }
  }

  private Platform cpu(String newArchitecture, String newVariant) {
    return new Platform(os, newArchitecture, newVariant, osVersion, osFeatures);
  }

  private static int version(String variant) {
    return variant.matches("v[0-9]{1,2}") ? Integer.parseInt(variant.substring(1)) : 0;
  }

  private static Platform alone(String text, String name, String version, Platform host) {
    if (SYSTEMS.contains(name)) {
      return new Platform(name, host.architecture, host.variant, version, List.of());
    }
    String[] cpu = normalCpu(name, "");
    if (ARCHITECTURES.contains(cpu[0])) {
      return of(host.os, cpu[0], cpu[0].equals("arm") && cpu[1].equals("v7") ? "" : cpu[1]);
    }
    throw invalid(text, "neither an operating system nor a processor that is known");
  }

  private static String normalOs(String os) {
    String lower = os.toLowerCase(Locale.ROOT);
    return lower.equals("macos") ? "darwin" : lower;
  }

  private static String[] normalCpu(String architecture, String variant) {
    String arch = architecture.toLowerCase(Locale.ROOT);
    String var = variant.toLowerCase(Locale.ROOT);
    return switch (arch) {
      case "i386" -> new String[] {"386", ""};
      case "x86_64", "x86-64", "amd64" -> new String[] {"amd64", var.equals("v1") ? "" : var};
      case "aarch64", "arm64" -> new String[] {"arm64", normalArm64(var)};
      case "armhf" -> new String[] {"arm", "v7"};
      case "armel" -> new String[] {"arm", "v6"};
      case "arm" -> new String[] {"arm", normalArm(var)};
      default -> new String[] {arch, var};
    };
  }

  private static String normalArm64(String variant) {
    return switch (variant) {
      case "8", "v8", "v8.0" -> "";
      case "9", "9.0", "v9.0" -> "v9";
      default -> variant;
    };
  }

  private static String normalArm(String variant) {
    return switch (variant) {
      case "", "7" -> "v7";
      case "5", "6", "8" -> "v" + variant;
      default -> variant;
    };
  }

  private static IllegalArgumentException invalid(String text, String reason) {
    return new IllegalArgumentException("platform \"" + text + "\": " + reason);
  }
}
