package dev.larder.engine.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server of git repositories on this machine: git's own http-backend behind a small HTTP server.
 * It can ask for a password, and it remembers what it was asked for.
 */
public final class GitServer implements AutoCloseable {
  /** What it was asked for: {@code POST /a.git/git-upload-pack fetch}. */
  public final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** The header that is needed; empty is none. */
  public volatile String authorization = "";

  /** Whether git's newer protocol is spoken, in which any object can be asked for. */
  public volatile boolean modern = true;

  /** Done before the answer to a fetch. */
  public volatile Runnable beforeFetch = () -> {};

  /** Whether answers to fetches end in the middle. */
  public volatile boolean cutsOff;

  private final Path folder;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private GitServer(Path folder, HttpServer server) {
    this.folder = folder;
    this.server = server;
  }

  /** Starts one on a folder of its own. */
  public static GitServer start(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("bare"));
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    GitServer server = new GitServer(folder, http);
    http.createContext("/", server::answer);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  /** The address of a repository. */
  public String url(String name) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name + ".git";
  }

  /** The folder that repositories are served from. */
  public Path served() {
    return folder.resolve("bare");
  }

  /** The work tree of a repository, which is made if need be. */
  public Path work(String name) throws IOException, InterruptedException {
    Path work = folder.resolve("work").resolve(name);
    if (!Files.exists(work)) {
      Files.createDirectories(work);
      git(work, "init", "-q", "-b", "main");
      git(work, "init", "-q", "--bare", "-b", "main", served().resolve(name + ".git").toString());
      git(work, "remote", "add", "origin", served().resolve(name + ".git").toString());
    }
    return work;
  }

  /** Writes files, commits all that changed, and gives the commit to the server. */
  public String commit(String name, Map<String, String> files)
      throws IOException, InterruptedException {
    Path work = work(name);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = work.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    git(work, "add", "-A");
    git(work, "commit", "-q", "--allow-empty", "-m", "a commit");
    git(work, "push", "-q", "-f", "origin", "HEAD");
    return git(work, "rev-parse", "HEAD");
  }

  /** Runs git in a work tree; gives what it writes. */
  public String git(String name, String... arguments) throws IOException, InterruptedException {
    return git(work(name), arguments);
  }

  /** The same with a file as standard input. */
  public String gitWith(String name, Path input, String... arguments)
      throws IOException, InterruptedException {
    return git(work(name), input, arguments);
  }

  private static String git(Path folder, String... arguments)
      throws IOException, InterruptedException {
    return git(folder, Path.of("/dev/null"), arguments);
  }

  private static String git(Path folder, Path input, String... arguments)
      throws IOException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of("git", "-c", "protocol.file.allow=always"));
    argv.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(argv).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    for (String who : new String[] {"AUTHOR", "COMMITTER"}) {
      environment.put("GIT_" + who + "_NAME", "tester");
      environment.put("GIT_" + who + "_EMAIL", "tester@example.test");
      environment.put("GIT_" + who + "_DATE", "2024-01-02T03:04:05Z");
    }
    Process process = builder.redirectInput(input.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("git " + List.of(arguments) + ": " + said);
    }
    return said.strip();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      boolean fetch = new String(body, StandardCharsets.ISO_8859_1).contains("command=fetch");
      requests.add(exchange.getRequestMethod() + " " + path + (fetch ? " fetch" : ""));
      String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      if (!authorization.isEmpty() && !authorization.equals(given)) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      if (fetch) {
        beforeFetch.run();
      }
      respond(exchange, backend(exchange, path, body), fetch && cutsOff);
    }
  }

  private byte[] backend(HttpExchange exchange, String path, byte[] body) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
    Map<String, String> environment = builder.environment();
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_PROJECT_ROOT", served().toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("PATH_INFO", path);
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    environment.put("CONTENT_LENGTH", Integer.toString(body.length));
    header(exchange, "Content-Type", "CONTENT_TYPE", environment);
    header(exchange, "Content-Encoding", "HTTP_CONTENT_ENCODING", environment);
    if (modern) {
      header(exchange, "Git-Protocol", "GIT_PROTOCOL", environment);
    }
    String query = exchange.getRequestURI().getRawQuery();
    environment.put("QUERY_STRING", query == null ? "" : query);
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    threads.execute(
        () -> {
          try (OutputStream in = process.getOutputStream()) {
            in.write(body);
          } catch (IOException e) {
            process.destroy(); // it has no more to say
          }
        });
    return process.getInputStream().readAllBytes();
  }

  private static void header(
      HttpExchange exchange, String name, String variable, Map<String, String> environment) {
    String value = exchange.getRequestHeaders().getFirst(name);
    if (value != null) {
      environment.put(variable, value);
    }
  }

  /** Passes on what a CGI program says (RFC 3875 §6). */
  private static void respond(HttpExchange exchange, byte[] said, boolean cut) throws IOException {
    String text = new String(said, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    int status = 200;
    for (String line : text.substring(0, end).split("\r\n")) {
      String value = line.substring(line.indexOf(':') + 1).strip();
      if (line.startsWith("Status:")) {
        status = Integer.parseInt(value.substring(0, 3));
      } else {
        exchange.getResponseHeaders().add(line.substring(0, line.indexOf(':')), value);
      }
    }
    int length = said.length - end - 4;
    exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
    exchange.getResponseBody().write(said, end + 4, cut ? length / 2 : length);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
