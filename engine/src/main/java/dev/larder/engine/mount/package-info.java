/** What a step sees beside its root file system: cache mounts, secrets, binds, memory. */
package dev.larder.engine.mount;
