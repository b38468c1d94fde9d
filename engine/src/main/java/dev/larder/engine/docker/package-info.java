/** A Docker or podman engine on this machine, by Docker's API, and the archives it exchanges. */
package dev.larder.engine.docker;
