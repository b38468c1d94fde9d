package dev.larder.engine.exec;

/**
 * Takes what a process writes, in pieces as they come and not in lines; pieces of one stream are in
 * order. Called from one thread a stream, two at the same time.
 */
public interface Output {
  void stdout(String text);

  void stderr(String text);
}
