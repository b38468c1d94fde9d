import org.jspecify.annotations.NullMarked;

/** The library that builds images: no command line, no gRPC, no logging framework. */
@NullMarked
module dev.larder.engine {
  requires com.github.luben.zstd_jni;
  requires com.google.gson;
  requires java.net.http;
  requires java.xml;
  requires org.apache.commons.compress;
  requires org.snakeyaml.engine;
  requires org.tukaani.xz;
  requires static transitive org.jspecify;

  exports dev.larder.engine.archive;
  exports dev.larder.engine.build;
  exports dev.larder.engine.check;
  exports dev.larder.engine.compose;
  exports dev.larder.engine.digest;
  exports dev.larder.engine.dockerfile;
  exports dev.larder.engine.event;
  exports dev.larder.engine.export;
  exports dev.larder.engine.fetch;
  exports dev.larder.engine.graph;
  exports dev.larder.engine.history;
  exports dev.larder.engine.http;
  exports dev.larder.engine.httpcache;
  exports dev.larder.engine.image;
  exports dev.larder.engine.inventory;
  exports dev.larder.engine.linux;
  exports dev.larder.engine.lockfile;
  exports dev.larder.engine.oci;
  exports dev.larder.engine.outline;
  exports dev.larder.engine.packages;
  exports dev.larder.engine.prune;
  exports dev.larder.engine.registry;
  exports dev.larder.engine.service;
  exports dev.larder.engine.snapshot;
  exports dev.larder.engine.store;
}
