package dev.larder.engine.lockfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LockFilesTest {
  private static Map<String, String> read(String name, String text) {
    return LockFiles.read(name, text.getBytes(StandardCharsets.UTF_8))
        .orElseThrow(() -> new AssertionError("unreadable " + name))
        .versions();
  }

  @Test
  void requirements_areReadAsPipDoes() {
    String text =
        """
        # comment
        torch==2.13.0 \\
            --hash=sha256:aa \\
            --hash=sha256:bb
        HTTPX>=0.27, <1   # why
        uvicorn[standard] ~= 0.30 ; python_version >= "3.9"
        My_Package.x
        tool @ https://user:password@files.example/tool-1.whl
        -e git+https://git.example/thing.git@v1#egg=thing
        -r base.txt
        --index-url https://user:secret@index.example/simple
        """;
    assertThat(read("api/requirements-dev.txt", text))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "torch", "2.13.0",
                "httpx", ">=0.27,<1",
                "uvicorn", "~=0.30",
                "my-package-x", Packages.ANY,
                "tool", "https://files.example/tool-1.whl",
                "thing", "git+https://git.example/thing.git@v1#egg=thing",
                "-r base.txt", Packages.ANY));
    assertThat(LockFiles.isKnown("requirements/prod.in")).isTrue();
    assertThat(LockFiles.isKnown("requirements.md")).isFalse();
  }

  @Test
  void npm_manifestAndLocksOfAllVersions() {
    assertThat(
            read(
                "package.json",
                """
                {"name": "app", "dependencies": {"react": "^18.0.0"}, "devDependencies": {"jest": "29"}}
                """))
        .isEqualTo(Map.of("react", "^18.0.0", "jest", "29"));
    assertThat(
            read(
                "package-lock.json",
                """
                {"lockfileVersion": 3, "packages": {
                  "": {"version": "1.0.0"},
                  "node_modules/@scope/a": {"version": "1.2.3"},
                  "node_modules/b": {"version": "2.0.0"},
                  "node_modules/c/node_modules/b": {"version": "1.0.0"},
                  "node_modules/local": {"resolved": "packages/local", "link": true},
                  "packages/local": {"version": "9.9.9"}}}
                """))
        .isEqualTo(Map.of("@scope/a", "1.2.3", "b", "1.0.0, 2.0.0", "local", "packages/local"));
    assertThat(
            read(
                "npm-shrinkwrap.json",
                """
                {"lockfileVersion": 1, "dependencies": {
                  "a": {"version": "1.0.0", "dependencies": {"b": {"version": "2.0.0"}}}}}
                """))
        .isEqualTo(Map.of("a", "1.0.0", "b", "2.0.0"));
  }

  @Test
  void yarn_bothFormats() {
    assertThat(
            read(
                "yarn.lock",
                """
                # yarn lockfile v1

                "@babel/core@^7.1.0", "@babel/core@^7.2":
                  version "7.23.0"
                  resolved "https://registry.example/core.tgz"
                  dependencies:
                    version "9"

                lodash@^4:
                  version "4.17.21"
                """))
        .isEqualTo(Map.of("@babel/core", "7.23.0", "lodash", "4.17.21"));
    assertThat(
            read(
                "yarn.lock",
                """
                __metadata:
                  version: 8

                "lodash@npm:^4.17.0":
                  version: 4.17.21
                  resolution: "lodash@npm:4.17.21"
                """))
        .isEqualTo(Map.of("lodash", "4.17.21"));
  }

  @Test
  void pnpm_keysOfAllVersions() {
    assertThat(
            read(
                "pnpm-lock.yaml",
                """
                lockfileVersion: '9.0'
                packages:
                  '@scope/a@1.0.0':
                    resolution: {integrity: sha512-x}
                  b@2.0.0(react@18.0.0): {}
                  /c@3.0.0: {}
                  /d/4.0.0_peer@1.0.0: {}
                """))
        .isEqualTo(Map.of("@scope/a", "1.0.0", "b", "2.0.0", "c", "3.0.0", "d", "4.0.0"));
  }

  @Test
  void listsOfPackages_inToml() {
    String text =
        """
        version = 4

        [[package]]
        name = "serde" # comment
        version = '1.0.200'
        dependencies = [
          "serde_derive", # trailing
        ]

        [[package]]
        name = "serde"
        version = "0.9.0"

        [[package]]
        name = "path"
        source = { registry = "https://x.example/#a", sub = [{ a = 1 }, { a = 2 }] }
        [package.metadata]
        text = \"""
        [[package]]
        name = "no"
        \"""
        """;
    for (String name : List.of("Cargo.lock", "poetry.lock", "uv.lock", "pdm.lock")) {
      assertThat(read(name, text)).isEqualTo(Map.of("serde", "0.9.0, 1.0.200", "path", "any"));
    }
  }

  @Test
  void cargo_tablesOfDependencies() {
    assertThat(
            read(
                "Cargo.toml",
                """
                [package]
                name = "app"
                [dependencies]
                serde = "1.0"
                tokio = { version = "1.38", features = ["full"] }
                local = { path = "../local" }
                [dev-dependencies.criterion]
                version = "0.5"
                [target.'cfg(unix)'.dependencies]
                libc = "0.2"
                [workspace.dependencies]
                anyhow.version = "1"
                """))
        .isEqualTo(
            Map.of(
                "serde", "1.0",
                "tokio", "1.38",
                "local", "../local",
                "criterion", "0.5",
                "libc", "0.2",
                "anyhow", "1"));
  }

  @Test
  void pyproject_standardAndPoetry() {
    assertThat(
            read(
                "pyproject.toml",
                """
                [project]
                requires-python = ">=3.11"
                dependencies = ["fastapi>=0.110", "torch == 2.3"]
                [project.optional-dependencies]
                dev = ["pytest"]
                [tool.poetry.dependencies]
                requests = "^2"
                pandas = {version = "2.2", extras = ["x"]}
                [tool.poetry.group.test.dependencies]
                tox = "4"
                """))
        .isEqualTo(
            Map.of(
                "python", ">=3.11",
                "fastapi", ">=0.110",
                "torch", "2.3",
                "pytest", "any",
                "requests", "^2",
                "pandas", "2.2",
                "tox", "4"));
    assertThat(
            read(
                "Pipfile.lock",
                "{\"default\": {\"a\": {\"version\": \"==1.0\"}}, \"develop\": {}}"))
        .isEqualTo(Map.of("a", "1.0"));
  }

  @Test
  void go_modulesAndSums() {
    assertThat(
            read(
                "go.mod",
                """
                module example.com/app // comment
                go 1.22
                require github.com/a/b v1.0.0
                require (
                    github.com/c/d v2.1.0+incompatible // indirect
                )
                replace github.com/a/b => ../b
                """))
        .isEqualTo(
            Map.of(
                "go", "1.22",
                "github.com/a/b", "v1.0.0",
                "github.com/c/d", "v2.1.0+incompatible",
                "replace github.com/a/b", "../b"));
    assertThat(
            read(
                "go.sum",
                """
                github.com/a/b v1.0.0 h1:aa=
                github.com/a/b v1.0.0/go.mod h1:bb=
                github.com/e/f v0.1.0/go.mod h1:cc=
                """))
        .isEqualTo(Map.of("github.com/a/b", "v1.0.0"));
  }

  @Test
  void maven_fillsPropertiesIn_andTakesNoDoctype() {
    String pom =
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <parent><groupId>org.boot</groupId><artifactId>parent</artifactId><version>3.3</version></parent>
          <properties><gson.version>2.11</gson.version></properties>
          <dependencies>
            <dependency><groupId>com.gson</groupId><artifactId>gson</artifactId><version>${gson.version}</version>
              <exclusions><exclusion><groupId>no</groupId><artifactId>no</artifactId></exclusion></exclusions>
            </dependency>
            <dependency><groupId>a</groupId><artifactId>b</artifactId></dependency>
          </dependencies>
          <build><plugins><plugin><artifactId>maven-jar-plugin</artifactId><version>3.4</version></plugin></plugins></build>
        </project>
        """;
    assertThat(read("pom.xml", pom))
        .isEqualTo(
            Map.of(
                "org.boot:parent", "3.3",
                "com.gson:gson", "2.11",
                "a:b", "managed",
                "org.apache.maven.plugins:maven-jar-plugin", "3.4"));
    String doctype = "<!DOCTYPE p [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><project>&e;</project>";
    assertThat(LockFiles.read("pom.xml", doctype.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void gradle_scriptsLocksAndCatalogs() {
    String script =
        """
        plugins { id("org.springframework.boot") version "3.3.0"; id 'java' }
        dependencies {
          implementation("com.google.code.gson:gson:2.11.0") // "old:old:1"
          /* testImplementation 'junit:junit:4' */
          implementation group: 'org.x', name: 'y', version: '1.5'
          runtimeOnly 'org.z:managed'
        }
        """;
    assertThat(read("app/build.gradle.kts", script))
        .isEqualTo(
            Map.of(
                "org.springframework.boot", "3.3.0",
                "java", "any",
                "com.google.code.gson:gson", "2.11.0",
                "org.x:y", "1.5",
                "org.z:managed", "any"));
    assertThat(
            read("gradle.lockfile", "# text\na:b:1.0=compileClasspath,runtimeClasspath\nempty=x\n"))
        .isEqualTo(Map.of("a:b", "1.0"));
    assertThat(
            read(
                "gradle/libs.versions.toml",
                """
                [versions]
                gson = "2.11"
                [libraries]
                gson = { module = "com.gson:gson", version.ref = "gson" }
                guava = "com.guava:guava:33"
                [plugins]
                boot = { id = "org.boot", version = "3.3" }
                """))
        .isEqualTo(Map.of("com.gson:gson", "2.11", "com.guava:guava", "33", "org.boot", "3.3"));
  }

  @Test
  void rubyAndPhp() {
    assertThat(
            read(
                "Gemfile.lock",
                """
                GEM
                  remote: https://gems.example/
                  specs:
                    rails (7.1.0)
                      actionpack (= 7.1.0)
                    nokogiri (1.16.0-x86_64-linux)

                DEPENDENCIES
                  rails (~> 7)

                BUNDLED WITH
                   2.5.0
                """))
        .isEqualTo(Map.of("rails", "7.1.0", "nokogiri", "1.16.0-x86_64-linux", "bundler", "2.5.0"));
    assertThat(
            read(
                "composer.lock",
                """
                {"packages": [{"name": "a/b", "version": "v1.0"}], "packages-dev": []}
                """))
        .isEqualTo(Map.of("a/b", "v1.0"));
    assertThat(read("composer.json", "{\"require\": {\"php\": \">=8\"}}"))
        .isEqualTo(Map.of("php", ">=8"));
  }

  @Test
  void garbage_isNoPackages_andNeverAnError() {
    Random random = new Random(7);
    for (String name :
        List.of(
            "package.json",
            "package-lock.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "Cargo.lock",
            "pyproject.toml",
            "go.mod",
            "go.sum",
            "pom.xml",
            "build.gradle",
            "Gemfile.lock",
            "composer.lock",
            "requirements.txt",
            "libs.versions.toml",
            "Pipfile.lock")) {
      for (int i = 0; i < 200; i++) {
        byte[] bytes = new byte[random.nextInt(200)];
        for (int j = 0; j < bytes.length; j++) {
          bytes[j] = (byte) "[]{}=\"'\\\n\r #:,<>/abc@\u00001.".charAt(random.nextInt(24));
        }
        LockFiles.read(name, bytes)
            .ifPresent(found -> assertThat(found.versions()).doesNotContainKey("no such thing"));
      }
    }
    byte[] deep = ("a = " + "[".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8);
    assertThat(LockFiles.read("Cargo.lock", deep)).isEmpty();
    assertThat(LockFiles.read("README.md", new byte[0])).isEmpty();
  }
}
