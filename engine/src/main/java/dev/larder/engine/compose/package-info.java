/** Compose files: reading them, and the day with them. */
package dev.larder.engine.compose;
