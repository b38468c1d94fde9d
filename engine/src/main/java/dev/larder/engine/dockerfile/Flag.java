package dev.larder.engine.dockerfile;

import org.jspecify.annotations.Nullable;

/**
 * A flag of an instruction, {@code --name} or {@code --name=value}.
 *
 * @param span all of it
 * @param name without the dashes
 * @param value quotes and escapes taken out, variables still in it; null without {@code =}
 */
public record Flag(Span span, String name, @Nullable Word value) {}
