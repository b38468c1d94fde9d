package dev.larder.engine.source;

import dev.larder.engine.graph.GitAddress;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How git gets at remotes: a token or a header of the build's secrets for servers of the web, an
 * agent for ssh. Neither is ever written to a file or to a command line.
 */
public final class GitAccess {
  /** The secrets of a build. */
  @FunctionalInterface
  public interface Secrets {
    /** Its text, if there is one of this id. */
    Optional<String> find(String id) throws IOException;
  }

  /** What git is given. */
  record Granted(SequencedMap<String, String> config, Map<String, String> variables) {
    GitProgram.Call on(GitProgram.Call call) {
      GitProgram.Call granted = call.with(config);
      for (Map.Entry<String, String> variable : variables.entrySet()) {
        granted = granted.where(variable.getKey(), variable.getValue());
      }
      return granted;
    }
  }

  private final Secrets secrets;
  private final Optional<Path> agent;
  private final Path home;

  /**
   * Creates it.
   *
   * @param agent the socket of the ssh agent
   * @param home the caller's home folder, whose {@code .ssh/known_hosts} are trusted
   */
  public GitAccess(Secrets secrets, Optional<Path> agent, Path home) {
    this.secrets = secrets;
    this.agent = agent;
    this.home = home;
  }

  /**
   * For a remote that the build names.
   *
   * @param first the remote that the build names, of which this is a submodule; or the same
   */
  Granted to(String remote, String first) throws IOException {
    SequencedMap<String, String> config = new LinkedHashMap<>();
    Optional<URI> web = web(remote);
    if (web.isPresent()) {
      Optional<String> header = header(web.get(), sameServer(web.get(), web(first)));
      header.ifPresent(
          text -> config.put("http." + scope(remote) + ".extraheader", "Authorization: " + text));
    }
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("GIT_ALLOW_PROTOCOL", "http:https:ssh:git");
    variables.put("GIT_SSH_COMMAND", ssh());
    variables.put("GIT_SSH_VARIANT", "ssh");
    agent.ifPresent(socket -> variables.put("SSH_AUTH_SOCK", socket.toString()));
    return new Granted(config, variables);
  }

  /** Without a user's configuration and keys in files, and without questions. */
  private String ssh() {
    String known = " -o 'UserKnownHostsFile=\"" + home + "/.ssh/known_hosts\"'";
    return "ssh -F /dev/null -o BatchMode=yes -o IdentityFile=none -o ConnectTimeout=30"
        + " -o ServerAliveInterval=15"
        + known;
  }

  /** A secret for a host goes before one for all; of these a header before a token. */
  private Optional<String> header(URI remote, boolean general) throws IOException {
    String host = "." + remote.getRawAuthority().replaceFirst("^.*@", "");
    for (String suffix : general ? new String[] {host, ""} : new String[] {host}) {
      Optional<String> header = secrets.find("GIT_AUTH_HEADER" + suffix);
      if (header.isPresent()) {
        return header.map(String::strip);
      }
      Optional<String> token = secrets.find("GIT_AUTH_TOKEN" + suffix);
      if (token.isPresent()) {
        byte[] pair = ("x-access-token:" + token.get().strip()).getBytes(StandardCharsets.UTF_8);
        return Optional.of("basic " + Base64.getEncoder().encodeToString(pair));
      }
    }
    return Optional.empty();
  }

  private static boolean sameServer(URI one, Optional<URI> other) {
    return other.isPresent()
        && one.getScheme().equals(other.get().getScheme())
        && one.getRawAuthority().equals(other.get().getRawAuthority());
  }

  private static Optional<URI> web(String remote) {
    try {
      URI url = new URI(remote);
      boolean isWeb = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      return isWeb && url.getRawAuthority() != null ? Optional.of(url) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty(); // user@host:path
    }
  }

  /** A token of GitHub is good for all of it, as actions/checkout has it. */
  private static String scope(String remote) {
    for (String prefix : new String[] {"https://github.com/", "https://www.github.com/"}) {
      if (remote.startsWith(prefix)) {
        return prefix;
      }
    }
    return remote;
  }

  /** What git said, with what to do about it. */
  static IOException explained(String remote, GitProgram.Failed failed) {
    String shown = GitAddress.withoutPassword(remote);
    String said = String.valueOf(failed.getMessage()).replace(remote, shown);
    String hint = "";
    if (failed.says("could not read Username", "Authentication failed", "returned error: 403")) {
      hint = "a token: --secret id=GIT_AUTH_TOKEN,env=NAME";
    } else if (failed.says("Permission denied (publickey")) {
      hint = "an agent that has the key: --ssh default";
    } else if (failed.says("Host key verification failed")) {
      hint = "ssh-keyscan HOST >> ~/.ssh/known_hosts, once you have checked it";
    } else if (failed.says("cannot run ssh", "ssh: not found")) {
      hint = "apt-get install openssh-client";
    }
    return new IOException(
        "fetch git " + shown + ": " + said + (hint.isEmpty() ? "" : " (" + hint + ")"), failed);
  }
}
