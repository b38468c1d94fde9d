/**
 * A client of registries, by the OCI distribution specification and Docker's token authentication.
 */
package dev.larder.engine.registry;
