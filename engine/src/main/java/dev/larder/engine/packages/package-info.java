/**
 * What RUN steps downloaded and may need again: responses by URL, their bodies by digest. Its rules
 * are those of {@code docs/package-store.md}.
 */
package dev.larder.engine.packages;
