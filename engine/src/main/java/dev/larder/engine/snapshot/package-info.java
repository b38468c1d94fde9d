/** File systems as stacks of layers: views, drafts, and the archives that layers travel as. */
package dev.larder.engine.snapshot;
