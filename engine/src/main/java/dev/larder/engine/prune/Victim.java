package dev.larder.engine.prune;

/**
 * Something that is to be removed.
 *
 * @param why for people
 */
public record Victim(Item item, String why) {}
