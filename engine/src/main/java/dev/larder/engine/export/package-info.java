/** Finished images as others take them: layouts, archives, files. */
package dev.larder.engine.export;
