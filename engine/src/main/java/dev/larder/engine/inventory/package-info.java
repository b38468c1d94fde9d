/** The packages that an image holds, what they weigh, and what weighs without being of use. */
package dev.larder.engine.inventory;
