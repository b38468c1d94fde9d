package dev.larder.engine.dockerfile;

/**
 * A word of an instruction as it was written: continuations taken out, quotes and variables still
 * in it (expansion is a later step, see {@link Expander}). A word of a JSON array is the string it
 * stands for.
 *
 * @param span where it stands, quotes included
 * @param text what it says
 */
public record Word(Span span, String text) {}
