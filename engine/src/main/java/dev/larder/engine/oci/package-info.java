/**
 * Names, documents and platforms of images, as the OCI image specification and Docker have them.
 */
package dev.larder.engine.oci;
