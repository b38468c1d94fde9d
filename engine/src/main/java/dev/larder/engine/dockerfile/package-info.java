/**
 * The Dockerfile language: a tree that keeps every character, words and their expansion, edits,
 * diagnostics, and ignore files. It reads and prints; it builds nothing and uses nothing of ours.
 */
package dev.larder.engine.dockerfile;
