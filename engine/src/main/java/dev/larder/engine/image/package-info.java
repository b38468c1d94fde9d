/** The images of this machine by name. */
package dev.larder.engine.image;
