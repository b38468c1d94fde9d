package dev.larder.engine.registry;

import dev.larder.engine.oci.ImageName;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Asks endpoints: proves who asks if it must, and tries again what may pass. */
final class Caller {
  private static final int TRIES = 5;
  private static final Duration FIRST_WAIT = Duration.ofMillis(500); // doubled with each failure
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
  private static final long WORTH_COUNTING_ANEW = 1 << 16; // bytes between two failures

  private final Http http;
  private final Authorizer authorizer;
  private final Settings settings;

  Caller(Http http, Settings settings) {
    this.http = http;
    this.authorizer = new Authorizer(http, settings);
    this.settings = settings;
  }

  /**
   * Asks until there is an answer, or no hope.
   *
   * @throws RegistryException if the last try failed
   * @throws InterruptedException if the thread was interrupted, also while it read
   */
  <T> T call(ImageName name, Endpoint<T> endpoint) throws IOException, InterruptedException {
    int failures = 0;
    long reached = endpoint.progress();
    while (true) {
      try {
        return once(name, endpoint);
      } catch (RegistryException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException(e.getMessage());
        }
        if (endpoint.progress() - reached >= WORTH_COUNTING_ANEW) {
          failures = 0;
          reached = endpoint.progress();
        }
        Duration wait = e.retryAfter().orElse(FIRST_WAIT.multipliedBy(1L << failures));
        failures++;
        if (!e.isTemporary() || failures == TRIES || wait.compareTo(LONGEST_WAIT) > 0) {
          throw e;
        }
        settings.pause().sleep(wait);
      }
    }
  }

  private <T> T once(ImageName name, Endpoint<T> endpoint)
      throws IOException, InterruptedException {
    Http.Request request = endpoint.request(http.hosts());
    Optional<String> known = authorizer.known(name);
    Answer answer = http.send(authorized(request, known));
    if (answer.status() == 401 && sameHost(request.uri(), answer.uri())) {
      RegistryException refused = answer.error(settings.clock());
      Optional<String> proof =
          authorizer.authorize(name, Challenge.parse(answer.headers("WWW-Authenticate")), known);
      answer.close();
      if (proof.isEmpty()) {
        throw refused;
      }
      answer = http.send(authorized(request, proof));
    }
    try (Answer last = answer) {
      if (!endpoint.accepts(last.status())) {
        throw last.error(settings.clock());
      }
      return endpoint.read(last);
    }
  }

  private static Http.Request authorized(Http.Request request, Optional<String> header) {
    return header.isPresent() ? request.with("Authorization", header.get()) : request;
  }

  private static boolean sameHost(URI a, URI b) {
    return a.getHost().equalsIgnoreCase(b.getHost()) && a.getPort() == b.getPort();
  }
}
