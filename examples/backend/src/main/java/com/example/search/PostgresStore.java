package com.example.search;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sentences in PostgreSQL. Vectors are arrays; a search compares with all of them, which is exact.
 */
final class PostgresStore implements SentenceStore, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PostgresStore.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final String TABLE =
      """
      create table if not exists sentence (
        model  text   not null,
        text   text   not null,
        vector real[] not null,
        primary key (model, text))
      """;
  private static final String ADD =
      """
      insert into sentence (model, text, vector) values (?, ?, ?)
      on conflict (model, text) do update set vector = excluded.vector
      """;
  private static final String NEAREST =
      """
      select text, (select sum(a * b) from unnest(vector, ?::real[]) as pair (a, b)) as score
      from sentence where model = ? order by score desc, text limit ?
      """;
  private static final String COUNT = "select count(*) from sentence where model = ?";

  private final HikariDataSource pool;

  private PostgresStore(HikariDataSource pool) {
    this.pool = pool;
  }

  /**
   * Connects, waiting for a database that is still starting, and creates the table if it is
   * missing.
   *
   * @throws SQLException if the database does not answer in time
   */
  static PostgresStore open(Settings settings) throws SQLException, InterruptedException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(settings.databaseUrl());
    config.setUsername(settings.databaseUser());
    config.setPassword(settings.databasePassword());
    config.setMaximumPoolSize(4);
    config.setConnectionTimeout(Duration.ofSeconds(2).toMillis());
    config.setInitializationFailTimeout(-1); // the wait is ours
    PostgresStore store = new PostgresStore(new HikariDataSource(config));
    try {
      store.await(settings);
      return store;
    } catch (SQLException | InterruptedException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private void await(Settings settings) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + settings.databaseWait().toNanos();
    boolean told = false;
    while (true) {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(TABLE);
        return;
      } catch (SQLException e) {
        if (System.nanoTime() >= deadline) {
          throw new SQLException(
              "connect to %s: no answer within %d s (%s)"
                  .formatted(
                      settings.databaseUrl(), settings.databaseWait().toSeconds(), e.getMessage()),
              e);
        }
        if (!told) {
          LOG.log(Level.INFO, "waiting for the database at {0}", settings.databaseUrl());
          told = true;
        }
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  @Override
  public void add(String model, String sentence, float[] vector) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement insert = connection.prepareStatement(ADD)) {
      insert.setString(1, model);
      insert.setString(2, sentence);
      insert.setObject(3, vector);
      insert.executeUpdate();
    }
  }

  @Override
  public List<Hit> nearest(String model, float[] vector, int limit) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement query = connection.prepareStatement(NEAREST)) {
      query.setObject(1, vector);
      query.setString(2, model);
      query.setInt(3, limit);
      try (ResultSet rows = query.executeQuery()) {
        List<Hit> hits = new ArrayList<>();
        while (rows.next()) {
          hits.add(new Hit(rows.getString("text"), rows.getFloat("score")));
        }
        return hits;
      }
    }
  }

  @Override
  public long count(String model) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement query = connection.prepareStatement(COUNT)) {
      query.setString(1, model);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
