/** What the manifests and lock files of package managers ask for, each read by its own grammar. */
package dev.larder.engine.lockfile;
