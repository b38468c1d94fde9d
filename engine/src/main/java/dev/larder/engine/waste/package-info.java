/** What builds download in vain, and how to mend it: cache mounts that keep nothing, and none. */
package dev.larder.engine.waste;
