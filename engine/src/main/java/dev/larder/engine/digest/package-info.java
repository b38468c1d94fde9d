/** Addresses of bytes, and fingerprints of named fields. */
package dev.larder.engine.digest;
