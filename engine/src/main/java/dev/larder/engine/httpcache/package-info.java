/**
 * The rules of RFC 9111 for a private cache, on heads of messages: what may be stored, for how long
 * it is fresh, how it is validated and what answers a client's own conditions and ranges. Nothing
 * here does input or output.
 */
package dev.larder.engine.httpcache;
