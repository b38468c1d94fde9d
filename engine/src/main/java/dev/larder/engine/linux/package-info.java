/**
 * The system calls that Java lacks: one method a call, no policy, the error number in the
 * exception.
 *
 * <p>Paths are texts, not {@link java.nio.file.Path}s: a file name on Linux is bytes, and names
 * that are not UTF-8 must survive. {@link dev.larder.engine.linux.Names} maps between the two
 * without loss.
 */
package dev.larder.engine.linux;
