package com.example.search;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.List;
import java.util.logging.Logger;

/** Starts the service: the model first, then the database, then the port. */
public final class Main {
  static {
    System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tT %4$s %5$s%6$s%n");
    System.setProperty("ai.djl.offline", "true"); // all it needs is on the class path
  }

  private static final System.Logger LOG = System.getLogger(Main.class.getName());

  /** Libraries that say much at start. The list keeps their loggers, and with them the levels. */
  private static final List<Logger> QUIET =
      List.of(Logger.getLogger("ai.djl"), Logger.getLogger("com.zaxxer.hikari"));

  private Main() {}

  /**
   * Serves until the process is told to end; exit status 1 if it can't start, 2 for wrong settings.
   */
  public static void main(String[] args) throws InterruptedException {
    QUIET.forEach(logger -> logger.setLevel(java.util.logging.Level.WARNING));
    try {
      serve(Settings.of(System.getenv()));
    } catch (IllegalArgumentException e) {
      LOG.log(Level.ERROR, e.getMessage());
      System.exit(2);
    } catch (IOException | SQLException e) {
      LOG.log(Level.ERROR, e.getMessage());
      System.exit(1);
    }
  }

  private static void serve(Settings settings)
      throws IOException, SQLException, InterruptedException {
    Access access =
        settings.firebaseProject().isPresent()
            ? Access.firebase(settings.firebaseProject().get())
            : Access.open();
    Embedder embedder =
        settings.model().isPresent()
            ? Transformer.load(settings.model().get(), settings.tokenizer().orElseThrow())
            : Transformer.seeded();
    LOG.log(
        Level.INFO,
        "model {0}, vectors of {1} numbers",
        embedder.name(),
        embedder.embed("ready").length);
    PostgresStore store = PostgresStore.open(settings);
    Api api = Api.start(settings.port(), embedder, store, access);
    LOG.log(Level.INFO, "listening on port {0}", Integer.toString(api.port()));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  api.close();
                  store.close();
                  embedder.close();
                }));
  }
}
