package dev.larder.engine.event;

/** Takes the events of a build as they happen, from many threads; it must not block for long. */
@FunctionalInterface
public interface Events {
  void accept(BuildEvent event);

  /** Passes each event on to both. */
  default Events and(Events other) {
    return event -> {
      accept(event);
      other.accept(event);
    };
  }
}
