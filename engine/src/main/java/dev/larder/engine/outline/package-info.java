/** What a Dockerfile can be asked for: the parameters of a target, and the targets. */
package dev.larder.engine.outline;
