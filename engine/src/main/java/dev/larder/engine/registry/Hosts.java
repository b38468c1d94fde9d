package dev.larder.engine.registry;

import dev.larder.engine.oci.ImageName;
import java.net.URI;
import java.util.Set;

/** Where registries are, and which of them may be asked without TLS. */
record Hosts(Set<String> insecure) {
  /** Copies the set. */
  Hosts {
    insecure = Set.copyOf(insecure);
  }

  /** Whether a host is this machine, by the names and addresses that can be nothing else. */
  static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}")
        || host.equals("::1")
        || host.equals("[::1]");
  }

  /** Whether plain HTTP is good enough for a host, with its port if it has one. */
  boolean allowsPlain(URI uri) {
    String host = uri.getHost();
    return host != null
        && (isLoopback(host)
            || insecure.contains(host)
            || insecure.contains(host + ":" + uri.getPort()));
  }

  /** The address of something below {@code /v2/<repository>/}. */
  URI uri(ImageName name, String rest) {
    String host =
        name.registry().equals(ImageName.DEFAULT_REGISTRY)
            ? "registry-1.docker.io"
            : name.registry();
    String path = host + "/v2/" + name.repository() + "/" + rest;
    URI plain = URI.create("http://" + path);
    return allowsPlain(plain) ? plain : URI.create("https://" + path);
  }
}
