package dev.larder.engine.plan;

import dev.larder.engine.digest.Digest;
import dev.larder.engine.dockerfile.DockerfileException;
import dev.larder.engine.dockerfile.Head;
import dev.larder.engine.dockerfile.Heredoc;
import dev.larder.engine.dockerfile.Instruction;
import dev.larder.engine.dockerfile.Word;
import dev.larder.engine.graph.Edge;
import dev.larder.engine.graph.FileAction;
import dev.larder.engine.graph.GitAddress;
import dev.larder.engine.graph.Op;
import dev.larder.engine.graph.Selector;
import dev.larder.engine.graph.Vertex;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** COPY and ADD. */
final class CopyPlan {
  private static final Pattern SYMBOLIC_MODE =
      Pattern.compile("([ugoa]*([-+=]([rwxXst]*|[ugo]))+)(,[ugoa]*([-+=]([rwxXst]*|[ugo]))+)*");

  /** What the two have in common. */
  private record Arguments(
      Head head,
      List<Word> sources,
      List<Heredoc> files,
      Word destination,
      @Nullable Word chown,
      @Nullable Word chmod,
      @Nullable Word checksum,
      List<Word> excludes,
      boolean link,
      boolean parents,
      boolean add,
      @Nullable Boolean unpack,
      @Nullable Boolean keepGitDir) {}

  private final StageState stage;
  private final Scope scope;
  private final Sources sources;

  CopyPlan(StageState stage, Scope scope, Sources sources) {
    this.stage = stage;
    this.scope = scope;
    this.sources = sources;
  }

  void copy(Instruction.Copy copy) throws DockerfileException, IOException, InterruptedException {
    Optional<Edge> from = Optional.of(sources.context());
    if (copy.from() != null) {
      from = sources.from(copy.from().text(), stage, Optional.empty(), copy.from().span());
    }
    plan(
        new Arguments(
            copy.head(),
            copy.sources(),
            copy.files(),
            copy.destination(),
            copy.chown(),
            copy.chmod(),
            null,
            copy.excludes(),
            copy.link(),
            copy.parents(),
            false,
            null,
            null),
        from);
  }

  void add(Instruction.Add add) throws DockerfileException, IOException, InterruptedException {
    plan(
        new Arguments(
            add.head(),
            add.sources(),
            add.files(),
            add.destination(),
            add.chown(),
            add.chmod(),
            add.checksum(),
            add.excludes(),
            add.link(),
            false,
            true,
            add.unpack(),
            add.keepGitDir()),
        Optional.of(sources.context()));
  }

  private void plan(Arguments copy, Optional<Edge> from) throws DockerfileException {
    boolean link = copy.link() && copy.chmod() == null;
    String shown = scope.plain(copy.head());
    Plan.StepName name = stage.name(shown, Optional.of(copy.head().code()));
    Inputs inputs = new Inputs();
    OptionalInt base = link ? OptionalInt.empty() : inputs.add(stage.root);
    Optional<String> owner =
        Optional.ofNullable(scope.optional(copy.chown()))
            .filter(who -> !who.isEmpty())
            .map(PathText::owner);
    Optional<String> mode = mode(copy.chmod());
    String given = Optional.ofNullable(scope.optional(copy.chown())).orElse("");
    String destination = PathText.destination(stage.folder(), scope.value(copy.destination()));
    StringBuilder history = new StringBuilder(copy.add() ? "ADD" : "COPY");
    history.append(copy.parents() ? " --parents" : "");
    history.append(given.isEmpty() ? "" : " --chown=" + given);
    mode.ifPresent(m -> history.append(" --chmod=").append(m));
    List<FileAction> actions = new ArrayList<>();
    for (Word word : copy.sources()) {
      String source = scope.value(word);
      history.append(' ').append(source);
      actions.add(action(copy, from, inputs, word, source, destination, owner, mode, name));
    }
    for (Heredoc file : copy.files()) {
      history.append(" <<").append(file.name());
      String content = file.expand() ? scope.content(file.body(), file.text()) : file.text();
      actions.add(new FileAction.MakeFile(destination, file.name(), content, mode, owner));
    }
    history.append(' ').append(scope.value(copy.destination()));
    Vertex vertex =
        Vertex.of(new Op.Files(base, actions, stage.platform), inputs.edges(), stage.fresh);
    sources.name(vertex, name);
    if (link && stage.root.isPresent()) {
      Vertex merge =
          Vertex.of(new Op.Merge(2), List.of(stage.root.get(), vertex.output(0)), stage.fresh);
      sources.name(merge, Plan.StepName.internal(linked(name.text()), name.stage(), name.span()));
      stage.root = Optional.of(merge.output(0));
    } else {
      stage.root = Optional.of(vertex.output(0));
    }
    stage.record(history + " # buildkit", true);
  }

  /** What puts a linked copy on top of what was there: {@code [2/5] LINK COPY --link a b}. */
  private static String linked(String name) {
    int number = name.indexOf("] ");
    return name.substring(0, number + 2) + "LINK " + name.substring(number + 2);
  }

  private FileAction action(
      Arguments copy,
      Optional<Edge> from,
      Inputs inputs,
      Word word,
      String source,
      String destination,
      Optional<String> owner,
      Optional<String> mode,
      Plan.StepName name)
      throws DockerfileException {
    Optional<GitRef> repository = repository(word, source);
    boolean isGit = repository.isPresent();
    boolean isHttp = !isGit && (source.startsWith("http://") || source.startsWith("https://"));
    if (copy.checksum() != null && (copy.sources().size() != 1 || !(isHttp || isGit))) {
      throw Scope.error(
          copy.checksum().span(),
          copy.sources().size() != 1
              ? "checksum can't be specified for multiple sources"
              : "checksum requires HTTP(S) or Git sources");
    }
    if ((isGit || isHttp) && !copy.add()) {
      throw Scope.error(
          word.span(),
          isGit ? "source can't be a git ref for COPY" : "source can't be a URL for COPY",
          "use ADD");
    }
    if (isGit) {
      Selector.Pick all = new Selector.Pick("/", false, false, false, excludes(copy));
      int input = inputs.add(clone(copy, repository.get(), word, source, name));
      return new FileAction.Copy(input, List.of(all), destination, owner, mode, false, false, true);
    }
    if (isHttp) {
      return download(copy, inputs, word, source, destination, owner, mode, name);
    }
    String path = copy.parents() ? pivoted(source) : PathText.resolve("/", source);
    Selector.Pick pick = new Selector.Pick(path, true, true, true, excludes(copy));
    boolean unpack = copy.unpack() == null ? copy.add() : copy.unpack();
    int input = inputs.add(from.orElseGet(() -> ContextFiles.nothing(stage.platform)));
    boolean required = !PathText.hasWildcards(path);
    return new FileAction.Copy(
        input, List.of(pick), destination, owner, mode, unpack, copy.parents(), required);
  }

  private static List<String> excludes(Arguments copy) {
    return copy.excludes().stream().map(Word::text).toList();
  }

  private static Optional<GitRef> repository(Word word, String source) throws DockerfileException {
    try {
      return GitRef.parse(source).filter(found -> !found.likePath());
    } catch (IllegalArgumentException e) {
      throw Scope.error(word.span(), String.valueOf(e.getMessage()));
    }
  }

  private Edge clone(Arguments copy, GitRef git, Word word, String source, Plan.StepName name)
      throws DockerfileException {
    Optional<Boolean> flag = Optional.ofNullable(copy.keepGitDir());
    Optional<Boolean> keep = git.keepGitDir().or(() -> flag);
    if (!flag.orElse(keep.orElse(false)).equals(keep.orElse(false))) {
      throw Scope.error(word.span(), "inconsistent keep-git-dir configuration");
    }
    String given = Optional.ofNullable(scope.optional(copy.checksum())).orElse("");
    if (!given.isEmpty() && !git.checksum().isEmpty() && !given.equals(git.checksum())) {
      throw Scope.error(
          word.span(),
          "checksum mismatch " + GoText.quoted(given) + " != " + GoText.quoted(git.checksum()));
    }
    String checksum = git.checksum().isEmpty() ? given : git.checksum();
    if (!checksum.matches("[0-9a-fA-F]*")) {
      throw Scope.error(
          copy.checksum() == null ? word.span() : copy.checksum().span(),
          "invalid checksum " + checksum + " for Git URL, expected hex commit hash");
    }
    Vertex vertex = Vertex.of(git.op(checksum, keep.orElse(false)), List.of(), false);
    String shown = GitAddress.withoutPassword(source);
    sources.name(vertex, Plan.StepName.internal(shown, stage.label, name.span()));
    return vertex.output(0);
  }

  private FileAction download(
      Arguments copy,
      Inputs inputs,
      Word word,
      String source,
      String destination,
      Optional<String> owner,
      Optional<String> mode,
      Plan.StepName name)
      throws DockerfileException {
    URI url;
    try {
      url = new URI(source);
    } catch (URISyntaxException e) {
      throw Scope.error(word.span(), "invalid URL \"" + source + "\": " + e.getReason());
    }
    String path = url.getPath() == null ? "" : url.getPath();
    String last = path.substring(path.lastIndexOf('/') + 1);
    String file = last.isEmpty() ? "__unnamed__" : last;
    Vertex http = Vertex.of(new Op.Http(url, checksum(copy.checksum()), file), List.of(), false);
    sources.name(http, Plan.StepName.internal(source, stage.label, name.span()));
    Selector.Pick pick = new Selector.Pick("/" + file, false, false, false, List.of());
    return new FileAction.Copy(
        inputs.add(http.output(0)),
        List.of(pick),
        destination,
        owner,
        mode,
        Boolean.TRUE.equals(copy.unpack()),
        false,
        true);
  }

  private Optional<Digest> checksum(@Nullable Word word) throws DockerfileException {
    if (word == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Digest.parse(scope.value(word)));
    } catch (IllegalArgumentException e) {
      throw Scope.error(
          word.span(), "invalid checksum: " + e.getMessage(), "the form is sha256:<64 hex digits>");
    }
  }

  /** Puts {@code /./} where the folders of a source begin to be made at the destination. */
  private static String pivoted(String source) {
    int pivot = source.indexOf("/./");
    String base = pivot < 0 ? "/" : PathText.resolve("/", source.substring(0, pivot));
    String below = pivot < 0 ? source : source.substring(pivot + 2);
    return (base.equals("/") ? "" : base) + "/." + PathText.resolve("/", below);
  }

  private Optional<String> mode(@Nullable Word chmod) throws DockerfileException {
    if (chmod == null) {
      return Optional.empty();
    }
    String mode = scope.value(chmod);
    boolean octal = mode.matches("0*[0-7]{1,4}");
    if (!octal && (mode.matches("[0-9].*") || !SYMBOLIC_MODE.matcher(mode).matches())) {
      String parameter = "invalid chmod parameter: '" + mode + "'";
      throw mode.matches("[0-9].*")
          ? Scope.error(
              chmod.span(), parameter + ". it should be octal string and between 0 and 07777")
          : Scope.error(
              chmod.span(), parameter + ": invalid syntax", "as for chmod: 0755, u=rwX,go-w");
    }
    return Optional.of(mode);
  }
}
