package dev.larder.engine.registry;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which proxy a request goes through, by the variables that curl and Go read: {@code HTTP_PROXY},
 * {@code HTTPS_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, in either case. This machine itself
 * is never asked through a proxy.
 */
public final class Proxies {
  private final @Nullable URI http;
  private final @Nullable URI https;
  private final List<String> direct;

  private Proxies(@Nullable URI http, @Nullable URI https, List<String> direct) {
    this.http = http;
    this.https = https;
    this.direct = direct;
  }

  /** No proxy for anything. */
  public static Proxies none() {
    return new Proxies(null, null, List.of());
  }

  /**
   * The proxies of an environment.
   *
   * @throws IllegalArgumentException if a variable is not the URL of an HTTP proxy
   */
  public static Proxies of(Map<String, String> environment) {
    List<String> direct = new ArrayList<>();
    for (String host : value(environment, "NO_PROXY").split(",", -1)) {
      if (!host.isBlank()) {
        direct.add(host.strip().toLowerCase(Locale.ROOT));
      }
    }
    return new Proxies(
        proxy(environment, "HTTP_PROXY"), proxy(environment, "HTTPS_PROXY"), List.copyOf(direct));
  }

  /** How to reach this URL. */
  Proxy choose(URI uri) {
    String host = uri.getHost();
    boolean secure = "https".equals(uri.getScheme());
    Optional<URI> proxy = host == null ? Optional.empty() : of(secure, host, uri.getPort());
    return proxy.isEmpty()
        ? Proxy.NO_PROXY
        : new Proxy(
            Proxy.Type.HTTP,
            InetSocketAddress.createUnresolved(proxy.get().getHost(), port(proxy.get())));
  }

  /**
   * The proxy that a host is asked through, with its user if the variable names one; nothing if it
   * is reached directly.
   */
  public Optional<URI> of(boolean secure, String host, int port) {
    URI proxy = secure ? https : http;
    return proxy == null || Hosts.isLoopback(host) || isDirect(host, port)
        ? Optional.empty()
        : Optional.of(proxy);
  }

  /** The port of a proxy. */
  public static int port(URI proxy) {
    return proxy.getPort() < 0 ? 80 : proxy.getPort();
  }

  private boolean isDirect(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    for (String entry : direct) {
      String wanted = entry.replaceFirst("^\\*?\\.", "");
      if (entry.equals("*")
          || name.equals(wanted)
          || name.endsWith("." + wanted)
          || entry.equals(name + ":" + port)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable URI proxy(Map<String, String> environment, String name) {
    String text = value(environment, name);
    if (text.isEmpty()) {
      text = value(environment, "ALL_PROXY");
    }
    if (text.isEmpty()) {
      return null;
    }
    URI uri = URI.create(text.contains("://") ? text : "http://" + text);
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          name + ": not an http proxy: " + RegistryException.redact(uri));
    }
    return uri;
  }

  private static String value(Map<String, String> environment, String name) {
    String lower = environment.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    return lower.isEmpty() ? environment.getOrDefault(name, "") : lower;
  }
}
