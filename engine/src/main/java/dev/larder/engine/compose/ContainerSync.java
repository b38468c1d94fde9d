package dev.larder.engine.compose;

import dev.larder.engine.archive.TarEntry;
import dev.larder.engine.archive.TarWriter;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Stat;
import dev.larder.engine.service.ExecProcess;
import dev.larder.engine.service.ExecRequest;
import dev.larder.engine.service.Services;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Puts files into a container that runs: a program inside unpacks an archive. So the container's
 * own view decides where a path leads: its volumes, its links, its read-only places.
 */
final class ContainerSync {
  /** What the shell, or the OCI runtime, ends with where a program is not there. */
  private static final int NOT_FOUND = 127;

  private final Services services;
  private final String project;
  private final String service;

  ContainerSync(Services services, String project, String service) {
    this.services = services;
    this.project = project;
    this.service = service;
  }

  /** A program ended with another status than 0. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    FailedException(String message) {
      super(message);
    }
  }

  /**
   * Copies files, and removes those that are gone.
   *
   * @param files files of this machine, and where the container has them: absolute
   * @throws FailedException if the container can't take them: it has no {@code tar}, for instance
   */
  void copy(Map<Path, String> files) throws FailedException, IOException, InterruptedException {
    SequencedMap<Path, String> there = new LinkedHashMap<>();
    List<String> gone = new ArrayList<>();
    for (Map.Entry<Path, String> file : files.entrySet()) {
      Optional<Stat> stat = Inodes.find(file.getKey().toString());
      if (stat.isPresent()) {
        there.put(file.getKey(), file.getValue());
      } else {
        gone.add(file.getValue());
      }
    }
    if (!gone.isEmpty()) {
      List<String> command = new ArrayList<>(List.of("rm", "-rf", "--"));
      command.addAll(gone);
      run(command, out -> {});
    }
    if (!there.isEmpty()) {
      run(List.of("tar", "-xf", "-", "-C", "/"), out -> write(there, out));
    }
  }

  /** Runs a program inside, as the container's own user where it is the user's own. */
  void exec(List<String> command) throws FailedException, IOException, InterruptedException {
    run(
        new ExecRequest(command, new LinkedHashMap<>(), Optional.empty(), Optional.empty(), false),
        _ -> {});
  }

  private interface Input {
    void to(OutputStream out) throws IOException;
  }

  private void run(List<String> command, Input input)
      throws FailedException, IOException, InterruptedException {
    run(ExecRequest.asRoot(command), input);
  }

  private void run(ExecRequest request, Input input)
      throws FailedException, IOException, InterruptedException {
    try (ExecProcess process = services.exec(project, service, request)) {
      Process started = process.builder().redirectErrorStream(true).start();
      try {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Thread reader = Thread.ofVirtual().start(() -> drain(started.getInputStream(), said));
        try (OutputStream out = started.getOutputStream()) {
          input.to(out);
        } catch (IOException e) {
          // It ended without reading all of it; its status says more.
        }
        int status = started.waitFor();
        reader.join();
        if (status != 0) {
          throw failed(request.argv().getFirst(), status, said);
        }
      } catch (InterruptedException e) {
        ExecProcess.kill(started);
        throw e;
      }
    }
  }

  private FailedException failed(String program, int status, ByteArrayOutputStream said) {
    String text = said.toString(StandardCharsets.UTF_8).strip();
    boolean missing = status == NOT_FOUND || text.contains("not found");
    return new FailedException(
        missing
            ? "the image of " + service + " has no " + program
            : program + " in " + service + " ended with exit code " + status + ": " + text);
  }

  private static void drain(InputStream in, OutputStream out) {
    try {
      in.transferTo(out);
    } catch (IOException e) {
      // Closed: the process was killed.
    }
  }

  private static void write(Map<Path, String> files, OutputStream out) throws IOException {
    TarWriter tar = new TarWriter(out);
    for (Map.Entry<Path, String> file : files.entrySet()) {
      String name = file.getValue().substring(1);
      Optional<Stat> stat = Inodes.find(file.getKey().toString());
      if (stat.isEmpty() || stat.get().isDirectory()) {
        continue; // gone meanwhile: the next change tells
      }
      if (!stat.get().isRegular()) {
        link(tar, name, file.getKey(), stat.get());
        continue;
      }
      byte[] content = Files.readAllBytes(file.getKey());
      long seconds = stat.get().mtimeSeconds();
      tar.entry(TarEntry.file(name, stat.get().permissions(), content.length, seconds));
      tar.write(content, 0, content.length);
    }
    tar.finish();
  }

  private static void link(TarWriter tar, String name, Path file, Stat stat) throws IOException {
    if (Files.isSymbolicLink(file)) {
      String to = Files.readSymbolicLink(file).toString();
      tar.entry(TarEntry.of(name, stat, to, new LinkedHashMap<>()));
    }
  }
}
