package com.example.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The seeded transformer in the real PyTorch. */
final class TransformerTest {
  private static Transformer transformer;

  @BeforeAll
  static void load() throws IOException {
    transformer = Transformer.seeded();
  }

  @AfterAll
  static void close() {
    transformer.close();
  }

  @Test
  void vectors_haveLengthOne() {
    float[] vector = transformer.embed("The ship left the harbor.");
    assertThat(vector).hasSize(128);
    assertThat(cosine(vector, vector)).isCloseTo(1f, within(1e-4f));
  }

  @Test
  void seededModels_agree() throws IOException {
    try (Transformer other = Transformer.seeded()) {
      assertThat(other.embed("the same")).containsExactly(transformer.embed("the same"));
    }
  }

  @Test
  void sentencesThatShareWords_areNearer() {
    float[] cat = transformer.embed("A black cat sat on the mat");
    assertThat(cosine(cat, transformer.embed("a cat on a mat")))
        .isGreaterThan(cosine(cat, transformer.embed("our train leaves at night")));
  }

  @Test
  void tokenizer_takesKnownWordsWholeAndOthersInPieces() throws IOException {
    try (HuggingFaceTokenizer tokenizer = WordPieces.of(WordPieces.vocabulary(), 8)) {
      assertThat(tokenizer.encode("Larder xyz").getTokens())
          .containsExactly("[CLS]", "larder", "x", "##y", "##z", "[SEP]", "[PAD]", "[PAD]");
    }
  }

  private static float cosine(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
