package com.example.search;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.training.initializer.NormalInitializer;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A transformer run by PyTorch; the vector of a sentence is the mean of its tokens' vectors.
 *
 * <p>The built-in one has seeded weights and was never trained: sentences that share words come out
 * near each other, sentences that only mean the same don't. A trained one comes as a TorchScript
 * file.
 */
final class Transformer implements Embedder {
  private static final String ENGINE = "PyTorch";
  private static final int SEED = 42;
  private static final int LENGTH = 64;

  private final Model model;
  private final HuggingFaceTokenizer tokenizer;
  private final boolean seeded;

  private Transformer(Model model, HuggingFaceTokenizer tokenizer, boolean seeded) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.seeded = seeded;
  }

  /** The built-in transformer: two layers of four heads, 128 wide. */
  static Transformer seeded() throws IOException {
    List<String> vocabulary = WordPieces.vocabulary();
    BertBlock block =
        BertBlock.builder()
            .setTokenDictionarySize(vocabulary.size())
            .optTypeDictionarySize(2)
            .optEmbeddingSize(128)
            .optTransformerBlockCount(2)
            .optAttentionHeadCount(4)
            .optHiddenSize(256)
            .optHiddenDropoutProbability(0)
            .optMaxSequenceLength(LENGTH)
            .build();
    Engine.getEngine(ENGINE).setRandomSeed(SEED);
    Model model = Model.newInstance("seeded-" + SEED, Device.cpu(), ENGINE);
    block.setInitializer(new NormalInitializer(0.05f), Parameter.Type.WEIGHT);
    Shape sentence = new Shape(1, LENGTH); // DJL's positions are not cut to shorter ones
    block.initialize(model.getNDManager(), DataType.FLOAT32, sentence, sentence, sentence);
    model.setBlock(block);
    return new Transformer(model, WordPieces.of(vocabulary, LENGTH), true);
  }

  /**
   * A TorchScript module of the user's: it takes token numbers and attention mask, both int64 of
   * shape (1, tokens), and gives the tokens' vectors, (1, tokens, dimension), as its first result.
   */
  static Transformer load(Path file, Path tokenizerJson) throws IOException {
    Model model = Model.newInstance(file.getFileName().toString(), Device.cpu(), ENGINE);
    try {
      model.load(file.toAbsolutePath().getParent(), file.getFileName().toString());
      return new Transformer(model, WordPieces.read(tokenizerJson), false);
    } catch (MalformedModelException e) {
      model.close();
      throw new IOException("load " + file + ": not a TorchScript module", e);
    }
  }

  @Override
  public float[] embed(String sentence) {
    try (Predictor<String, float[]> predictor = model.newPredictor(new Pooling())) {
      return predictor.predict(sentence);
    } catch (TranslateException e) {
      throw new IllegalStateException("run " + name() + " on \"" + sentence + "\"", e);
    }
  }

  @Override
  public String name() {
    return model.getName();
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }

  /** Sentence to tokens before the model, tokens' vectors to one of length one after it. */
  private final class Pooling implements Translator<String, float[]> {
    private static final String WEIGHTS = "weights";

    @Override
    public NDList processInput(TranslatorContext context, String sentence) {
      Encoding encoding = tokenizer.encode(sentence);
      NDManager manager = context.getNDManager();
      NDArray numbers = manager.create(encoding.getIds()).expandDims(0);
      NDArray types = manager.create(encoding.getTypeIds()).expandDims(0);
      NDArray mask = manager.create(encoding.getAttentionMask()).expandDims(0);
      context.setAttachment(WEIGHTS, manager.create(weights(encoding)).expandDims(1));
      return seeded ? new NDList(numbers, types, mask) : new NDList(numbers, mask);
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList output) {
      NDArray vectors = output.get(0).get(0);
      NDArray sum = vectors.mul((NDArray) context.getAttachment(WEIGHTS)).sum(new int[] {0});
      return sum.div(sum.norm()).toFloatArray();
    }

    /** Padding counts nothing; nor, untrained, do the marks that all sentences have in common. */
    private float[] weights(Encoding encoding) {
      long[] attention = encoding.getAttentionMask();
      long[] special = encoding.getSpecialTokenMask();
      float[] weights = new float[attention.length];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = seeded && special[i] == 1 ? 0 : attention[i];
      }
      return weights;
    }

    @Override
    public Batchifier getBatchifier() {
      return null;
    }
  }
}
