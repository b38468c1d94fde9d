/**
 * What steps fetch: the package store, the relay between a step and the network, and the record of
 * each transfer. See {@code docs/package-store.md}.
 */
package dev.larder.engine.fetch;
