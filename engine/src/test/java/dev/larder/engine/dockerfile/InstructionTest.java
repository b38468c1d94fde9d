package dev.larder.engine.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class InstructionTest {
  @Test
  void run_withOneDocument_isItsScript() {
    Instruction.Run run = run("RUN <<-EOF\n\techo a\n\t\techo b\nEOF\n");
    assertThat(run.script().orElseThrow().text()).isEqualTo("echo a\necho b\n");
    assertThat(run.shellText()).isEqualTo("echo a\necho b\n");
  }

  @Test
  void run_withADocumentInsideOfACommand_givesBothToTheShell() {
    Instruction.Run run = run("RUN cat <<-A <<'B' > /x\n\ta\nA\nb\nB\n");
    assertThat(run.script()).isEmpty();
    assertThat(run.shellText()).isEqualTo("cat <<-A <<'B' > /x\n\ta\nA\nb\nB");
    assertThat(run.heredocs()).extracting(Heredoc::expand).containsExactly(true, false);
  }

  @Test
  void run_inShellForm_isItsLine() {
    assertThat(run("RUN a && \\\n b\n").shellText()).isEqualTo("a &&  b");
    assertThat(run("RUN [\"a\"]\n").shellText()).isEmpty();
  }

  @Test
  void mount_ofEachType_getsItsValues() throws DockerfileException {
    Instruction.Run run =
        run(
            "RUN --mount=type=cache,id=$ID,target=/c,sharing=LOCKED,from=x,source=/s,ro,mode=0700,"
                + "uid=1,gid=2 --mount=dst=/b,src=s,from=x,rw --mount=type=tmpfs,target=/t,size=1.5g"
                + " --mount=type=secret,src=tok,target=/k,env=K,required=true,mode=0400"
                + " --mount=type=ssh,required --mount=type=secret,id=t,env= x\n");
    Values values = w -> Expander.of('\\').expand(w, Variables.of(Map.of("ID", "m2"))).text();
    assertThat(mounts(run, values))
        .containsExactly(
            new Mount.Cache("m2", "/c", Mount.Sharing.LOCKED, "x", "/s", true, 0700L, 1L, 2L),
            new Mount.Bind("x", "s", "/b", false),
            new Mount.Tmpfs("/t", 3L << 29, false),
            new Mount.Secret("tok", "/k", "K", true, 0400L, null, null),
            new Mount.Ssh("", "", true, null, null, null),
            new Mount.Secret("t", "", "", false, null, null, null));
    assertThat(mounts(run("RUN --mount=target=/b x\n"), values))
        .containsExactly(new Mount.Bind("", "", "/b", true));
  }

  @Test
  void mount_thatIsWrongOnceExpanded_saysWhere() {
    Instruction.Run run = run("RUN --mount=type=$T,target=/x y\n");
    assertThatThrownBy(() -> run.mounts().getFirst().resolve(w -> w.text().replace("$T", "tmp")))
        .isInstanceOf(DockerfileException.class)
        .hasMessage("unsupported mount type \"tmp\" (did you mean tmpfs?)");
  }

  @Test
  void mount_checks() {
    List.of(
            "type=bind,mode=0755",
            "type=tmpfs,uid=1",
            "type=secret,id=a,from=x",
            "type=secret,id=a,sharing=shared",
            "type=secret,id=a,source=b",
            "type=secret",
            "type=bind,sharing=shared",
            "size=1m,type=tmpfs",
            "type=cache,required",
            "type=cache,mode=0999",
            "type=cache,uid=4294967296",
            "type=tmpfs,size=lots",
            "type=bind,ro=perhaps",
            "type=cache,target",
            "type=cache,bare\\\"quote",
            "")
        .forEach(
            value -> {
              Source source = new Source("Dockerfile", "FROM a\nRUN --mount=" + value + " x\n");
              assertThat(Dockerfile.parse(source).hasErrors()).as(value).isTrue();
            });
  }

  @Test
  void words_thatABuildExpands_areListed() {
    Dockerfile file =
        parse(
            """
            ARG A=$B
            FROM --platform=$P $I AS x
            COPY --from=y --chown=$o --exclude=$e $s /$d
            RUN --mount=type=cache,target=/$t echo $no
            CMD $no
            ENV $k=$v
            EXPOSE $port
            """);
    assertThat(
            file.instructions().stream()
                .flatMap(i -> Expansions.words(i).stream())
                .map(Word::text)
                .filter(w -> w.contains("$")))
        .containsExactly("$B", "$I", "$P", "$o", "$s", "/$d", "/$t", "$k", "$v", "$port");
  }

  @Test
  void documents_thatAreNotQuoted_areExpandedAsContent() throws DockerfileException {
    Dockerfile file = parse("FROM a\nCOPY <<A <<'B' /\n\"$x\"\nA\n$x\nB\n");
    List<Word> documents = Expansions.documents(file.instructions().getLast());
    assertThat(documents).extracting(Word::text).containsExactly("\"$x\"\n");
    assertThat(Expander.forContent().expand(documents.getFirst(), n -> "y").text())
        .isEqualTo("\"y\"\n");
  }

  @Test
  void stages_areNumberedAndNamed() {
    Dockerfile file = parse("ARG V=1\nFROM a AS One\nRUN x\nFROM one\nRUN y\nRUN z\n");
    assertThat(file.globalArgs()).hasSize(1);
    assertThat(file.stages()).extracting(Stage::index).containsExactly(0, 1);
    assertThat(file.stages().getFirst().name()).contains("one");
    assertThat(file.stages().getLast().name()).isEmpty();
    assertThat(file.stages().getLast().instructions()).hasSize(2);
  }

  @Test
  void comments_belongToTheNextInstruction() {
    Dockerfile file = parse("# a\n\n# b\nFROM x\n# gone\n#\n# c\nRUN y\nRUN z\n");
    assertThat(file.instructions())
        .extracting(i -> i.head().comments())
        .containsExactly(List.of("a", "b"), List.of("c"), List.of());
  }

  @Test
  void directive_isFoundByItsName() {
    Dockerfile file = parse("# syntax = docker/dockerfile:1 \n#escape=`\nFROM a\n");
    assertThat(file.directive("syntax").orElseThrow().text()).isEqualTo("docker/dockerfile:1");
    assertThat(file.escape()).isEqualTo('`');
    assertThat(file.directive("check")).isEmpty();
  }

  private static List<Mount> mounts(Instruction.Run run, Values values) throws DockerfileException {
    List<Mount> mounts = new java.util.ArrayList<>();
    for (MountFlag flag : run.mounts()) {
      mounts.add(flag.resolve(values));
    }
    return mounts;
  }

  private static Instruction.Run run(String text) {
    Dockerfile file = parse("FROM a\n" + text);
    return (Instruction.Run) file.instructions().getLast();
  }

  private static Dockerfile parse(String text) {
    Dockerfile file = Dockerfile.parse(new Source("Dockerfile", text));
    assertThat(file.diagnostics()).isEmpty();
    return file;
  }
}
