package dev.larder.engine.build;

import dev.larder.engine.fetch.Dialer;
import dev.larder.engine.fetch.NameServer;
import dev.larder.engine.fetch.ServerTls;
import dev.larder.engine.registry.Proxies;
import dev.larder.engine.registry.Settings;
import dev.larder.engine.registry.Trust;
import dev.larder.engine.trust.HostTrust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** This machine's own way to the network: its resolver, its proxies. */
final class Machine {
  private final Supplier<Settings> settings;
  private final NameServer nameServer = new NameServer(Path.of("/etc/resolv.conf"));

  private final AtomicBoolean shared = new AtomicBoolean();

  Machine(Supplier<Settings> settings) {
    this.settings = settings;
  }

  /**
   * What opens connections.
   *
   * @throws IOException if a variable names a proxy that is none of HTTP
   */
  Dialer dialer() throws IOException {
    try {
      Settings read = settings.get();
      return new Dialer(
          Machine::resolve,
          (secure, host, port) -> read.proxies().of(secure, host, port).map(Machine::proxy),
          read.connectTimeout());
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** TLS with servers that this machine trusts, and those that only steps are to trust. */
  ServerTls serverTls(HostTrust trust) {
    return new ServerTls(
        () -> Trust.manager(settings.get().certificates(), trust.certificates()),
        settings.get().connectTimeout());
  }

  /** One that opens none, and knows no names. */
  static Dialer offlineDialer() {
    return Dialer.refusing("the build is offline", Machine::literal);
  }

  private static List<InetAddress> literal(String name) throws UnknownHostException {
    try {
      return List.of(InetAddress.ofLiteral(name));
    } catch (IllegalArgumentException e) {
      throw new UnknownHostException(name);
    }
  }

  /** Where names come from that the resolver of the machine does not know how to ask for. */
  NameServer nameServer() {
    return nameServer;
  }

  /** Whether this is the first time that steps have to share the machine's network. */
  boolean isSharedFirst() {
    return shared.compareAndSet(false, true);
  }

  static List<InetAddress> resolve(String name) throws IOException {
    try {
      return List.of(InetAddress.getAllByName(name));
    } catch (UnknownHostException e) {
      // The one way in which Java tells that nobody answered from that there is no such name.
      if (String.valueOf(e.getMessage()).contains("Temporary failure")) {
        throw new IOException(e.getMessage(), e);
      }
      throw e;
    }
  }

  private static Dialer.Proxy proxy(URI uri) {
    String user = uri.getUserInfo();
    String authorization =
        user == null
            ? ""
            : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    return new Dialer.Proxy(uri.getHost(), Proxies.port(uri), authorization);
  }
}
