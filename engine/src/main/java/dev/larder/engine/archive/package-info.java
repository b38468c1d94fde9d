/**
 * Archives that layers travel as: deterministic tar, whiteouts, compression.
 *
 * <p>The tar codec is our own, since general ones damage extended attributes that are not text and
 * times with fractions; other archive formats are left to libraries.
 */
package dev.larder.engine.archive;
