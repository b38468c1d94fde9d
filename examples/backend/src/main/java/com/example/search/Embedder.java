package com.example.search;

/** Turns a sentence into a vector of length one; near meanings are to give near vectors. */
interface Embedder extends AutoCloseable {
  /** The vector of a sentence, always of the same dimension. */
  float[] embed(String sentence);

  /** What the vectors come from. Vectors of different models can't be compared. */
  String name();

  @Override
  void close();
}
