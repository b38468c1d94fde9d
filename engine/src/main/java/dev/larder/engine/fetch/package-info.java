/**
 * What steps fetch from the network: for now, the certificates that this machine trusts beyond its
 * distribution's, and how a step is made to trust them without a trace in its layer.
 */
package dev.larder.engine.fetch;
