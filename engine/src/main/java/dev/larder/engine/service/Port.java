package dev.larder.engine.service;

/**
 * A published TCP port.
 *
 * @param address the host's address it is listened on; empty is all of them
 * @param host the host's port; 0 lets the kernel choose
 * @param container the port inside
 */
public record Port(String address, int host, int container) {
  @Override
  public String toString() {
    return (address.isEmpty() ? "0.0.0.0" : address) + ":" + host + "->" + container + "/tcp";
  }
}
