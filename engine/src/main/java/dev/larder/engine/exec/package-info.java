/**
 * Running processes in root file systems of their own, by an OCI runtime: the bundle, users,
 * capabilities, the system call filter, and the life of a step.
 */
package dev.larder.engine.exec;
