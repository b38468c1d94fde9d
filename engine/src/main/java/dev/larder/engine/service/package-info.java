/**
 * Running containers: a service outlives the command that started it, looked after by a supervisor
 * process of its own.
 */
package dev.larder.engine.service;
