package dev.larder.engine.snapshot;

import dev.larder.engine.linux.Errno;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.Mounts;
import dev.larder.engine.linux.Mounts.Option;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lays folders of a store on each other.
 *
 * <p>{@code mount(2)} takes a page of options, and overlayfs reads commas and colons in paths as
 * its own. So paths are said relative to an open descriptor of the store, {@code
 * /proc/self/fd/N/…}, which is short and free of both; more layers than fit are given one by one
 * ({@code lowerdir+}, Linux 6.7), and where the kernel can't do that, the lowest are first laid on
 * each other in a mount of their own.
 */
final class OverlayMounts {
  private static final int PAGE = 4096;

  /** {@code OVL_MAX_STACK} of the kernel. */
  private static final int MAX_LAYERS = 500;

  private final String store;
  private final OverlayFormat format;
  private final boolean oneByOne;

  /**
   * @param store the folder that all given paths are relative to
   * @param oneByOne whether {@code lowerdir+} is tried at all
   */
  OverlayMounts(String store, OverlayFormat format, boolean oneByOne) {
    this.store = store;
    this.format = format;
    this.oneByOne = oneByOne;
  }

  /**
   * Where changes go.
   *
   * @param folder what becomes the layer
   * @param work an empty folder on the same file system
   * @param lasting whether it outlives a crash: syncs are done
   */
  record Upper(String folder, String work, boolean lasting) {
    /** A draft, worth nothing until it is committed. */
    Upper(String folder, String work) {
      this(folder, work, false);
    }
  }

  /** Shows one folder, in or outside of the store, at another place. */
  static void bind(String folder, String target, boolean writable) throws Errno {
    Mounts.mount(folder, target, null, Mounts.BIND, null);
    if (!writable) {
      try {
        Mounts.mount(null, target, null, Mounts.REMOUNT | Mounts.BIND | Mounts.RDONLY, null);
      } catch (Errno e) {
        Mounts.unmount(target, Mounts.DETACH);
        throw e;
      }
    }
  }

  /**
   * Mounts layers.
   *
   * @param lowers folders in the store, the topmost first
   * @param upper where changes go; null mounts read-only
   * @param target an absolute path
   * @param spare an empty folder in the store, for a mount that lasts as long as this one
   * @return whether the spare folder was mounted on
   */
  boolean overlay(List<String> lowers, @Nullable Upper upper, String target, String spare)
      throws IOException {
    try (Fd fd = Fd.open(store, Fd.READ_ONLY | Fd.DIRECTORY, 0)) {
      String in = "/proc/self/fd/" + fd.number() + "/";
      List<String> paths = lowers.stream().map(in::concat).toList();
      if (mountAtOnce(in, paths, upper, target) || mountOneByOne(in, paths, upper, target)) {
        return false;
      }
      int fit = fitting(in);
      int merged = Math.min(fit, paths.size());
      String below = store + "/" + spare;
      List<String> bottom = paths.subList(paths.size() - merged, paths.size());
      List<String> top = new ArrayList<>(paths.subList(0, paths.size() - merged));
      top.add(in + spare);
      if (!mountAtOnce(in, bottom, null, below)) {
        throw tooMany(lowers.size());
      }
      if (!mountAtOnce(in, top, upper, target)) {
        Mounts.unmount(below, Mounts.DETACH);
        throw tooMany(lowers.size());
      }
      return true;
    }
  }

  private static IOException tooMany(int layers) {
    return new IOException(
        "mount %d layers: this kernel takes fewer (one of Linux 6.7 or later takes %d)"
            .formatted(layers, MAX_LAYERS));
  }

  /** How many layers fit into a page, with room for the other options. */
  private static int fitting(String in) {
    int path = in.length() + OverlaySnapshots.layerFolder("a".repeat(26)).length() + 1;
    return (PAGE - 512) / path;
  }

  private boolean mountAtOnce(String in, List<String> lowers, @Nullable Upper upper, String target)
      throws Errno {
    StringBuilder data = new StringBuilder("lowerdir=").append(String.join(":", lowers));
    for (Option option : options(in, upper)) {
      data.append(',').append(option.name());
      if (option.value() != null) {
        data.append('=').append(option.value());
      }
    }
    if (data.length() >= PAGE) {
      return false;
    }
    Mounts.mount("overlay", target, "overlay", upper == null ? Mounts.RDONLY : 0, data.toString());
    return true;
  }

  private boolean mountOneByOne(
      String in, List<String> lowers, @Nullable Upper upper, String target) throws Errno {
    if (!oneByOne || lowers.size() > MAX_LAYERS) {
      return false;
    }
    List<Option> options = new ArrayList<>();
    lowers.forEach(lower -> options.add(new Option("lowerdir+", lower)));
    options.addAll(options(in, upper));
    if (upper == null) {
      options.add(new Option("ro", null));
    }
    try {
      Mounts.mountNew("overlay", options, target, 0);
      return true;
    } catch (Errno e) {
      if (e.is(Errno.EINVAL, Errno.ENOSYS)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Nothing that would make a layer's folder depend on the ones below it; and no syncs, which
   * package managers ask for by the thousand: a draft is worth nothing until it is committed.
   */
  private List<Option> options(String in, @Nullable Upper upper) {
    List<Option> options = new ArrayList<>();
    options.add(new Option("metacopy", "off"));
    options.add(new Option("xino", "off"));
    if (format.userNamespace()) {
      options.add(new Option("userxattr", null));
    } else {
      options.add(new Option("redirect_dir", "off"));
    }
    if (upper != null) {
      options.add(new Option("index", "off"));
      options.add(new Option("upperdir", in + upper.folder()));
      options.add(new Option("workdir", in + upper.work()));
      if (!upper.lasting()) {
        options.add(new Option("volatile", null));
      }
    }
    return options;
  }
}
