package dev.larder.engine.service;

/** What a service's network is. */
public enum Network {
  /** The project's bridge: the services reach each other by name. */
  PROJECT,
  /** That of this machine. */
  HOST,
  /** None but the loopback device. */
  NONE
}
