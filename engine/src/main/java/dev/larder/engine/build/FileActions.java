package dev.larder.engine.build;

import dev.larder.engine.graph.FileAction;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Selector.Pick;
import dev.larder.engine.linux.Fd;
import dev.larder.engine.linux.InRoot;
import dev.larder.engine.linux.Inodes;
import dev.larder.engine.linux.Trees;
import dev.larder.engine.source.FileTree;
import dev.larder.engine.source.Match;
import dev.larder.engine.source.Selection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Does what a {@link Op.Files} says to the files below a root, one action after the other.
 *
 * <p>Messages have no step before them; they say what of the action failed: {@code "x": not found
 * in the build context}.
 */
final class FileActions {
  private final String root;
  private final boolean based;
  private final IntFunction<FileTree> inputs;
  private final Consumer<String> warnings;

  private FileActions(
      String root, boolean based, IntFunction<FileTree> inputs, Consumer<String> warnings) {
    this.root = root;
    this.based = based;
    this.inputs = inputs;
    this.warnings = warnings;
  }

  /**
   * Runs all actions. Files that were changed while they were copied are named in {@link
   * FileTree#changed} of their tree.
   *
   * @param op what is done
   * @param root the mounted base, to be changed
   * @param inputs the files of an input by its number
   * @param warnings told of what the user should know
   * @throws IOException if an action can't be done; the root may be changed in part
   */
  static void run(Op.Files op, Path root, IntFunction<FileTree> inputs, Consumer<String> warnings)
      throws IOException {
    FileActions actions = new FileActions(root.toString(), op.base().isPresent(), inputs, warnings);
    for (FileAction action : op.actions()) {
      actions.run(action);
    }
  }

  private void run(FileAction action) throws IOException {
    switch (action) {
      case FileAction.Copy copy -> copy(copy);
      case FileAction.MakeFolder folder ->
          new Destination(root, owner(folder.owner()), Optional.empty())
              .makeFolders(InRoot.resolve(root, folder.path()), folder.mode());
      case FileAction.MakeFile file -> makeFile(file);
      case FileAction.Remove remove -> remove(remove);
    }
  }

  private Optional<Owner> owner(Optional<String> text) throws IOException {
    Optional<String> base = based ? Optional.of(root) : Optional.empty();
    return text.isPresent()
        ? Optional.of(Owner.resolve(text.get(), base, warnings))
        : Optional.empty();
  }

  private void copy(FileAction.Copy copy) throws IOException {
    FileTree tree = inputs.apply(copy.from());
    Destination destination =
        new Destination(root, owner(copy.owner()), copy.mode().map(ModeChange::parse));
    for (Pick pick : copy.picks()) {
      List<Match> matches = Selection.matches(tree, pick);
      if (matches.isEmpty() && copy.required()) {
        throw new IOException("no file matches \"" + pick.path() + "\"");
      }
      for (Match match : matches) {
        if (!copy.unpack()
            || !Archives.unpack(tree, match.node(), destination, copy.destination())) {
          new TreeCopy(tree, destination).copy(match, copy.destination());
        }
      }
    }
  }

  private void makeFile(FileAction.MakeFile file) throws IOException {
    Destination destination =
        new Destination(root, owner(file.owner()), file.mode().map(ModeChange::parse));
    String target = destination.prepare(file.path(), file.name(), false);
    destination.clear(target);
    byte[] content = file.content().getBytes(StandardCharsets.UTF_8);
    try (Fd out = Fd.open(target, Fd.WRITE_ONLY | Fd.CREATE | Fd.EXCLUSIVE, 0600)) {
      out.write(content, 0, content.length);
    }
    Owner user = destination.owner().orElse(Owner.ROOT);
    Inodes.changeOwner(target, user.uid(), user.gid());
    int permissions = destination.mode().map(change -> change.apply(0644, false)).orElse(0644);
    Inodes.changeMode(target, permissions);
  }

  private void remove(FileAction.Remove remove) throws IOException {
    String path = InRoot.resolveNoFollow(root, remove.path());
    if (path.equals(root)) {
      throw new IOException("remove " + remove.path() + ": it is the root itself");
    }
    if (Inodes.find(path).isPresent()) {
      Trees.remove(path);
    } else if (remove.required()) {
      throw new IOException("remove " + remove.path() + ": no such file or directory");
    }
  }
}
