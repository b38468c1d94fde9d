package com.example.search;

import java.sql.SQLException;
import java.util.List;

/** Keeps sentences with their vectors. */
interface SentenceStore {
  /** Adds a sentence; one that is there already gets the new vector. */
  void add(String model, String sentence, float[] vector) throws SQLException;

  /** The sentences of a model nearest to a vector, the nearest first. */
  List<Hit> nearest(String model, float[] vector, int limit) throws SQLException;

  /** How many sentences of a model there are. */
  long count(String model) throws SQLException;

  /** A sentence that was found, and the cosine of the angle between it and what was asked for. */
  record Hit(String sentence, float score) {}
}
