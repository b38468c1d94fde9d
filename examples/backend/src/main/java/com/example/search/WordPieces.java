package com.example.search;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokenizers: the one of the vocabulary that comes with the program, and those of users' own
 * models.
 */
final class WordPieces {
  private static final String VOCABULARY = "vocabulary.txt";

  private WordPieces() {}

  /** The tokens of the vocabulary in the order of their numbers. */
  static List<String> vocabulary() throws IOException {
    try (InputStream in = WordPieces.class.getResourceAsStream(VOCABULARY)) {
      if (in == null) {
        throw new IOException("the program's jar lacks " + VOCABULARY);
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    }
  }

  /**
   * A tokenizer that lower-cases and takes words of the vocabulary whole, others in pieces.
   *
   * @param length how many tokens each sentence is padded or cut to
   */
  static HuggingFaceTokenizer of(List<String> vocabulary, int length) throws IOException {
    byte[] json = new Gson().toJson(description(vocabulary)).getBytes(StandardCharsets.UTF_8);
    return HuggingFaceTokenizer.newInstance(
        new ByteArrayInputStream(json),
        Map.of(
            "truncation", "true", "padding", "max_length", "maxLength", Integer.toString(length)));
  }

  /** The tokenizer of a {@code tokenizer.json}, which cuts where that says. */
  static HuggingFaceTokenizer read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return HuggingFaceTokenizer.newInstance(in, Map.of("padding", "false"));
    }
  }

  /** The same in the form of a {@code tokenizer.json}. */
  private static Map<String, Object> description(List<String> vocabulary) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    vocabulary.forEach(token -> numbers.put(token, numbers.size()));
    return Map.of(
        "version",
        "1.0",
        "added_tokens",
        List.of(),
        "normalizer",
        Map.of(
            "type", "BertNormalizer",
            "clean_text", true,
            "handle_chinese_chars", true,
            "strip_accents", true,
            "lowercase", true),
        "pre_tokenizer",
        Map.of("type", "BertPreTokenizer"),
        "post_processor",
        Map.of(
            "type",
            "BertProcessing",
            "sep",
            List.of("[SEP]", numbers.get("[SEP]")),
            "cls",
            List.of("[CLS]", numbers.get("[CLS]"))),
        "model",
        Map.of(
            "type",
            "WordPiece",
            "unk_token",
            "[UNK]",
            "continuing_subword_prefix",
            "##",
            "max_input_chars_per_word",
            64,
            "vocab",
            numbers));
  }
}
