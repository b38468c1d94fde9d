package dev.larder.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DockerConfigTest {
  @TempDir Path folder;
  private final List<String> asked = new ArrayList<>();
  private CredentialHelper.Answer answer = new CredentialHelper.Answer(1, "unexpected");

  private Optional<Credential> find(String registry, String config) throws Exception {
    Files.writeString(folder.resolve("config.json"), config);
    return DockerConfig.in(
            folder,
            (program, input) -> {
              asked.add(program + " " + input);
              return answer;
            })
        .find(registry);
  }

  @Test
  void noFile_meansNoCredential() throws Exception {
    assertThat(DockerConfig.in(folder, CredentialHelper.process()).find("a.example")).isEmpty();
  }

  @Test
  void auths_areFoundByHost() throws Exception {
    String config =
        """
        {"auths": {
          "a.example": {"auth": "bWU6cGE6c3M="},
          "https://b.example:5000/v1/": {"username": "you", "password": "p"},
          "https://index.docker.io/v1/": {"auth": "bWU6cGE6c3M="},
          "c.example": {"auth": "bWU6", "identitytoken": "t"},
          "d.example": {}
        }, "unknown": [1]}
        """;
    assertThat(find("a.example", config)).contains(new Credential.Login("me", "pa:ss"));
    assertThat(find("b.example:5000", config)).contains(new Credential.Login("you", "p"));
    assertThat(find("docker.io", config)).contains(new Credential.Login("me", "pa:ss"));
    assertThat(find("c.example", config)).contains(new Credential.IdentityToken("t"));
    assertThat(find("d.example", config)).isEmpty();
    assertThat(find("a.example:443", config)).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void helpers_areAsked_theRegistrysOwnFirst() throws Exception {
    answer = new CredentialHelper.Answer(0, "{\"Username\":\"u\",\"Secret\":\"s\"}");
    String config = "{\"credsStore\":\"all\",\"credHelpers\":{\"a.example\":\"own\"}}";
    assertThat(find("a.example", config)).contains(new Credential.Login("u", "s"));
    assertThat(find("docker.io", config)).contains(new Credential.Login("u", "s"));
    answer = new CredentialHelper.Answer(0, "{\"Username\":\"<token>\",\"Secret\":\"s\"}");
    assertThat(find("b.example", config)).contains(new Credential.IdentityToken("s"));
    assertThat(asked)
        .containsExactly(
            "docker-credential-own a.example",
            "docker-credential-all https://index.docker.io/v1/",
            "docker-credential-all b.example");
  }

  @Test
  void helperWithoutIt_isNoError() throws Exception {
    answer = new CredentialHelper.Answer(1, "credentials not found in native keychain\n");
    String auths = "\"auths\":{\"a.example\":{\"auth\":\"bWU6cA==\"}}";
    assertThat(find("a.example", "{\"credsStore\":\"all\"," + auths + "}"))
        .contains(new Credential.Login("me", "p"));
  }

  @Test
  void brokenThings_areNamed() {
    assertThatThrownBy(() -> find("a.example", "{\"credsStore\":\"all\"}"))
        .hasMessage("ask docker-credential-all for a.example: exit code 1");
    assertThatThrownBy(() -> find("a.example", "{\"credsStore\":\"../evil\"}"))
        .hasMessageContaining("not a credential helper: \"../evil\"");
    assertThatThrownBy(() -> find("a.example", "{\"auths\":{\"a.example\":{\"auth\":\"!\"}}}"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("config.json: auths.a.example.auth: not base64");
    assertThatThrownBy(() -> find("a.example", "{\"auths\":[]}"))
        .hasMessageContaining("auths: expected an object, found a list");
  }

  @Test
  void processHelper_runsAProgram() throws Exception {
    Path program = folder.resolve("helper");
    Files.writeString(program, "#!/bin/sh\nread server\necho \"$1 $server\"\nexit 3\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThat(CredentialHelper.process().get(program.toString(), "a.example\n"))
        .isEqualTo(new CredentialHelper.Answer(3, "get a.example\n"));
  }

  @Test
  void secrets_areNotPrinted() {
    assertThat(new Credential.Login("me", "secret").toString()).doesNotContain("secret");
    assertThat(new Credential.IdentityToken("secret").toString()).doesNotContain("secret");
  }
}
