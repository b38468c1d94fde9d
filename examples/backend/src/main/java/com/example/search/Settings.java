package com.example.search;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says.
 *
 * @param port where the service listens
 * @param databaseUrl a JDBC URL
 * @param databaseWait how long a start waits for the database
 * @param model a TorchScript file to use in place of the seeded transformer
 * @param tokenizer the {@code tokenizer.json} that belongs to that model
 * @param firebaseProject when present, requests that write need a token of a user of that project
 */
record Settings(
    int port,
    String databaseUrl,
    String databaseUser,
    String databasePassword,
    Duration databaseWait,
    Optional<Path> model,
    Optional<Path> tokenizer,
    Optional<String> firebaseProject) {

  /** Reads settings from environment variables; an empty variable counts as absent. */
  static Settings of(Map<String, String> environment) {
    Settings settings =
        new Settings(
            number(environment, "PORT", 8080),
            text(environment, "DATABASE_URL").orElse("jdbc:postgresql://localhost:5432/search"),
            text(environment, "DATABASE_USER").orElse("search"),
            text(environment, "DATABASE_PASSWORD").orElse("search"),
            Duration.ofSeconds(number(environment, "DATABASE_WAIT_SECONDS", 60)),
            text(environment, "MODEL").map(Path::of),
            text(environment, "TOKENIZER").map(Path::of),
            text(environment, "FIREBASE_PROJECT"));
    if (settings.model.isPresent() != settings.tokenizer.isPresent()) {
      throw new IllegalArgumentException(
          "MODEL and TOKENIZER belong together: a model understands only its own tokens");
    }
    return settings;
  }

  private static Optional<String> text(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(s -> !s.isEmpty());
  }

  private static int number(Map<String, String> environment, String name, int otherwise) {
    Optional<String> text = text(environment, name);
    try {
      return text.map(Integer::parseInt).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is not a number: \"" + text.get() + "\"", e);
    }
  }
}
