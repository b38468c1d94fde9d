/** From a request to a result: the only place that wires a build together. */
package dev.larder.engine.build;
