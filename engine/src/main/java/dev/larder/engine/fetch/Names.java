package dev.larder.engine.fetch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The names that one step asked for, and the addresses that it was told. A connection then tells by
 * its address which name it is meant for.
 */
public final class Names {
  private static final int MOST = 8192;

  /** Addresses that stand for names: 198.18.0.0/15, of which the first 256 are for other things. */
  private static final int FIRST_STAND_IN = (198 << 24) | (18 << 16) | (1 << 8);

  private static final int STAND_INS = (1 << 17) - (1 << 8);

  private final Resolver resolver;
  private final Predicate<String> proxied;
  private final Map<String, List<InetAddress>> addresses = new Recent<>();
  private final Map<InetAddress, String> names = new Recent<>();
  private final Map<String, InetAddress> standIns = new HashMap<>();

  /** The resolver of the machine. */
  @FunctionalInterface
  public interface Resolver {
    /**
     * All addresses, the preferred first.
     *
     * @throws UnknownHostException if there is no such name
     * @throws IOException if it could not be asked for
     */
    List<InetAddress> resolve(String name) throws IOException;
  }

  /** The last ones. */
  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > MOST;
    }
  }

  /**
   * No names yet.
   *
   * @param proxied whether a host would be asked through a proxy, which resolves its name
   */
  public Names(Resolver resolver, Predicate<String> proxied) {
    this.resolver = resolver;
    this.proxied = proxied;
  }

  /**
   * The addresses of a name, of which the step may be told.
   *
   * @throws UnknownHostException if there is no such name
   */
  public List<InetAddress> addresses(String name) throws IOException {
    String key = key(name);
    List<InetAddress> found;
    try {
      found = resolver.resolve(key);
    } catch (UnknownHostException e) {
      if (key.indexOf('.') < 0 || !proxied.test(key)) {
        throw e;
      }
      return List.of(standIn(key));
    }
    synchronized (this) {
      addresses.put(key, List.copyOf(found));
      found.forEach(address -> names.put(address, key));
    }
    return found;
  }

  private synchronized InetAddress standIn(String name) throws IOException {
    InetAddress known = standIns.get(name);
    if (known == null) {
      if (standIns.size() == STAND_INS) {
        throw new IOException("resolve " + name + ": too many names that only the proxy knows");
      }
      int number = FIRST_STAND_IN + standIns.size();
      known =
          InetAddress.getByAddress(
              new byte[] {
                (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
              });
      standIns.put(name, known);
      names.put(known, name);
    }
    return known;
  }

  /** Whether an address is none, but stands for a name. */
  static boolean isStandIn(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 && (bytes[0] & 0xFF) == 198 && (bytes[1] & 0xFE) == 18;
  }

  /** The name that the step was told this address for. */
  synchronized Optional<String> name(InetAddress address) {
    return Optional.ofNullable(names.get(address));
  }

  /** The addresses that the step was told for a name. */
  synchronized List<InetAddress> told(String name) {
    List<InetAddress> told = new ArrayList<>(addresses.getOrDefault(key(name), List.of()));
    InetAddress standIn = standIns.get(key(name));
    if (standIn != null) {
      told.add(standIn);
    }
    return told;
  }

  private static String key(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
