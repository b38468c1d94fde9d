package dev.larder.engine.compose;

/**
 * A place in a file.
 *
 * @param file as messages call it
 * @param line from 1
 * @param column from 1
 */
record Place(String file, int line, int column) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
