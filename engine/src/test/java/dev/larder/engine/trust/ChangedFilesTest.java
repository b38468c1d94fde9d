package dev.larder.engine.trust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ChangedFilesTest {
  @Test
  void upperFolderNamedByADescriptor_isBesideTheMountPoint() {
    assertThat(ChangedFiles.beside("/home/a/drafts/x/root", "/proc/self/fd/23/drafts/x/fs"))
        .contains("/home/a/drafts/x/fs");
  }

  @Test
  void otherUpperFolders_areTakenAsTheyAreNamed() {
    assertThat(ChangedFiles.beside("/home/a/drafts/x/root", "/home/a/drafts/x/fs")).isEmpty();
    assertThat(ChangedFiles.beside("/home/a/drafts/x/root", "/proc/self/fd/23/drafts/y/fs"))
        .isEmpty();
    assertThat(ChangedFiles.beside("/", "/proc/self/fd/23/fs")).isEmpty();
  }
}
