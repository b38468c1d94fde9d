package dev.larder.engine.inventory;

import dev.larder.engine.snapshot.StackedFiles;
import java.io.IOException;
import java.util.Collection;

/** Finds the packages of one ecosystem by what its package manager writes down. */
interface PackageReader {
  /** Gets each package. */
  interface Found {
    /**
     * Takes one.
     *
     * @param place the file or folder that tells of it
     * @param files its paths; those that are not there are passed over
     */
    void add(String name, String version, String place, Collection<String> files);
  }

  Ecosystem ecosystem();

  void read(StackedFiles files, Found found) throws IOException;
}
