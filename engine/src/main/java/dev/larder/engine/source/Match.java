package dev.larder.engine.source;

/**
 * A file that a pick names.
 *
 * @param name what it is called where it is copied to a folder: the last part of the name that was
 *     asked for, though a symbolic link of that name may have led elsewhere
 * @param shown its path as the pick names it, relative to where its wildcards begin
 * @param node the file
 * @param rule what of it is meant, where it is a folder
 * @param contentsOnly whether a folder's own attributes are left out of its digest
 */
public record Match(String name, String shown, TreeNode node, Rule rule, boolean contentsOnly) {}
