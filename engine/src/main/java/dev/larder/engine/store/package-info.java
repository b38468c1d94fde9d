/** What is kept under {@code LARDER_HOME}: blobs by digest, and records by key. */
package dev.larder.engine.store;
