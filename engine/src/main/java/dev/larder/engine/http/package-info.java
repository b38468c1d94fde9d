/**
 * Messages of HTTP/1.1 on streams (RFC 9112): heads, fields and the framing of bodies. No policy:
 * nothing is cached, followed or repeated here.
 */
package dev.larder.engine.http;
