/** What a build starts from: context folders, files of other results, downloads. */
package dev.larder.engine.source;
