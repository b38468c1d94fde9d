/** What happens in a build, as one stream that the terminal, logs, records and tests read. */
package dev.larder.engine.event;
