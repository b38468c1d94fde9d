package dev.larder.engine.graph;

/** How the key of an operation depends on one of its inputs. */
public sealed interface Dependence {
  /** On how the input was made: free, the input need not exist. */
  record OnKey() implements Dependence {}

  /**
   * On what is in the input: it must be read, but an input that was made again with the same
   * content still hits.
   */
  record OnContent(Selector selector) implements Dependence {}
}
