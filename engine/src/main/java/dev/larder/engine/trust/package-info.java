/**
 * The certificates that steps trust beyond their image's: those of this machine, and how a step is
 * made to trust them without a trace in its layer.
 */
package dev.larder.engine.trust;
