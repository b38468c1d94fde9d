package dev.larder.engine.inventory;

/**
 * A package of an image.
 *
 * @param version empty where nothing tells
 * @param place the file or folder that tells of it
 * @param bytes of all its files on disk, in whole blocks of 4 KiB
 * @param claimed bytes of those that no package before it has; what sums are made of
 * @param layer the number of the layer that has most of it, from 0
 */
public record InstalledPackage(
    Ecosystem ecosystem,
    String name,
    String version,
    String place,
    long bytes,
    long claimed,
    int layer) {}
