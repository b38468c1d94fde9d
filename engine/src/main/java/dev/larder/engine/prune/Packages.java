package dev.larder.engine.prune;

import dev.larder.engine.digest.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the package store keeps: a file a URL below {@code packages/entries}, whose answers name
 * their bodies. Whatever looks like a digest there counts as one: a body too many is kept rather
 * than one too few.
 */
final class Packages {
  private static final Pattern BODY = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final Pattern REQUEST = Pattern.compile("GET (\\S+)");

  private final Map<Digest, List<Entry>> byBody = new HashMap<>();

  private Packages() {}

  /** A URL that leads to a body. */
  record Entry(Path file, String url) {}

  static Packages read(Path home) throws IOException {
    Packages all = new Packages();
    Path entries = home.resolve("packages").resolve("entries");
    if (Files.isDirectory(entries)) {
      try (Stream<Path> files = Files.walk(entries, 2)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          all.add(file);
        }
      }
    }
    return all;
  }

  private void add(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return; // forgotten meanwhile
    }
    Matcher request = REQUEST.matcher(text);
    Entry entry = new Entry(file, request.find() ? request.group(1) : "package");
    Matcher body = BODY.matcher(text);
    while (body.find()) {
      byBody.computeIfAbsent(Digest.parse(body.group()), one -> new ArrayList<>()).add(entry);
    }
  }

  /** The URLs that lead to a body; empty if none does. */
  List<Entry> entries(Digest body) {
    return byBody.getOrDefault(body, List.of());
  }
}
