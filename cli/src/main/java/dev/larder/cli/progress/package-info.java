/** Shows the events of a build: as lines, or as a screen that is drawn anew. */
package dev.larder.cli.progress;
