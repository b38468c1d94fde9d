package dev.larder.engine.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A YAML file with the place of each value.
 *
 * <p>Scalars stay the text that was written, whatever type YAML would give them: {@code 0755},
 * {@code 22:22} and {@code on} mean what the key that they belong to says. Merge keys ({@code <<})
 * are resolved.
 */
sealed interface Yaml {
  Place at();

  /** Nothing: {@code key:}. */
  record Nothing(Place at) implements Yaml {}

  /**
   * A text.
   *
   * @param plain whether it stood without quotes, so that YAML may take it for a number or a flag
   */
  record Scalar(Place at, String text, boolean plain) implements Yaml {
    Scalar(Place at, String text) {
      this(at, text, false);
    }
  }

  record Items(Place at, List<Yaml> items) implements Yaml {}

  record Fields(Place at, SequencedMap<String, Field> fields) implements Yaml {
    static Fields none(Place at) {
      return new Fields(at, new LinkedHashMap<>());
    }

    /** The value of a key; nothing where there is none. */
    Yaml at(String key) {
      Field field = fields.get(key);
      return field == null ? new Nothing(at) : field.value();
    }

    /** The value of a key that is a mapping; an empty one where there is none. */
    Fields fields(String key) {
      return at(key) instanceof Fields f ? f : none(at);
    }

    /** The same with another value of a key, which comes last if it is new. */
    Fields with(String key, Yaml value) {
      SequencedMap<String, Field> all = new LinkedHashMap<>(fields);
      Field old = fields.get(key);
      all.put(key, old == null ? new Field(value.at(), value) : old.with(value));
      return new Fields(at, all);
    }

    Fields without(String key) {
      SequencedMap<String, Field> all = new LinkedHashMap<>(fields);
      all.remove(key);
      return new Fields(at, all);
    }
  }

  /**
   * A value and where its key is.
   *
   * @param how what happens to the value of the same key in a file below
   */
  record Field(Place key, Yaml value, How how) {
    Field(Place key, Yaml value) {
      this(key, value, How.MERGED);
    }

    Field with(Yaml other) {
      return new Field(key, other, how);
    }
  }

  /** What a file does with what files below it say: compose's tags for values. */
  enum How {
    MERGED,
    /** {@code !reset}: takes the key away. */
    RESET,
    /** {@code !override}: takes its place. */
    OVERRIDDEN
  }

  /** Whether two say the same, wherever they stand. */
  static boolean same(Yaml a, Yaml b) {
    return switch (a) {
      case Nothing n -> b instanceof Nothing;
      case Scalar s -> b instanceof Scalar t && s.text().equals(t.text());
      case Items i ->
          b instanceof Items j
              && i.items().size() == j.items().size()
              && IntStream.range(0, i.items().size())
                  .allMatch(n -> same(i.items().get(n), j.items().get(n)));
      case Fields f ->
          b instanceof Fields g
              && f.fields().keySet().equals(g.fields().keySet())
              && f.fields().entrySet().stream()
                  .allMatch(e -> same(e.getValue().value(), g.at(e.getKey())));
    };
  }

  /**
   * Reads a file's text; an empty file is empty fields.
   *
   * @throws ComposeException naming the place of an error
   */
  static Yaml parse(String file, String text) throws ComposeException {
    LoadSettings settings =
        LoadSettings.builder().setLabel(file).setUseMarks(true).setSchema(new CoreSchema()).build();
    Optional<Node> root;
    try {
      root =
          new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text)))
              .getSingleNode();
    } catch (MarkedYamlEngineException e) {
      Place place =
          e.getProblemMark()
              .or(e::getContextMark)
              .map(m -> place(file, m))
              .orElse(new Place(file, 1, 1));
      throw ComposeException.at(place, "not valid YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new ComposeException(file + ": not valid YAML: " + e.getMessage());
    }
    return root.isEmpty()
        ? new Fields(new Place(file, 1, 1), new LinkedHashMap<>())
        : new Converter(file).convert(root.get(), 0);
  }

  private static Place place(String file, Mark mark) {
    return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** What it is, for messages. */
  default String kind() {
    return switch (this) {
      case Nothing n -> "nothing";
      case Scalar s -> "\"" + s.text() + "\"";
      case Items i -> "a list";
      case Fields f -> "a mapping";
    };
  }

  /** Turns the library's nodes into ours. */
  final class Converter {
    private static final int DEEPEST = 100;

    private final String file;

    private Converter(String file) {
      this.file = file;
    }

    private Yaml convert(Node node, int depth) throws ComposeException {
      Place at = at(node);
      if (depth > DEEPEST) {
        throw ComposeException.at(at, "nested deeper than " + DEEPEST + " levels");
      }
      if (node instanceof ScalarNode scalar) {
        return scalar.getTag().equals(Tag.NULL)
            ? new Nothing(at)
            : new Scalar(at, scalar.getValue(), scalar.isPlain());
      }
      if (node instanceof SequenceNode sequence) {
        List<Yaml> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(convert(item, depth + 1));
        }
        return new Items(at, items);
      }
      if (node instanceof MappingNode mapping) {
        return fields(mapping, depth);
      }
      throw ComposeException.at(
          at, "unexpected " + node.getNodeType().name().toLowerCase(Locale.ROOT));
    }

    private Fields fields(MappingNode mapping, int depth) throws ComposeException {
      SequencedMap<String, Field> fields = new LinkedHashMap<>();
      SequencedMap<String, Field> merged = new LinkedHashMap<>();
      for (NodeTuple tuple : mapping.getValue()) {
        Place place = at(tuple.getKeyNode());
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
          throw ComposeException.at(place, "a key must be a text");
        }
        Yaml value = convert(tuple.getValueNode(), depth + 1);
        How how = how(tuple.getValueNode());
        if (key.getValue().equals("<<") && key.isPlain()) {
          merge(value, merged);
        } else {
          Field earlier = fields.put(key.getValue(), new Field(place, value, how));
          if (earlier != null) {
            throw ComposeException.at(
                place,
                "key \"" + key.getValue() + "\" is here twice, first in line " + line(earlier));
          }
        }
      }
      merged.forEach(fields::putIfAbsent);
      return new Fields(at(mapping), fields);
    }

    private static How how(Node node) {
      return switch (node.getTag().getValue()) {
        case "!reset" -> How.RESET;
        case "!override" -> How.OVERRIDDEN;
        default -> How.MERGED;
      };
    }

    private static int line(Field field) {
      return field.key().line();
    }

    private static void merge(Yaml value, Map<String, Field> into) throws ComposeException {
      switch (value) {
        case Fields f -> f.fields().forEach(into::putIfAbsent);
        case Items items -> {
          for (Yaml item : items.items()) {
            merge(item, into);
          }
        }
        case Scalar s -> throw ComposeException.at(s.at(), "<< needs a mapping, not " + s.kind());
        case Nothing n -> {}
      }
    }

    private Place at(Node node) {
      return node.getStartMark().map(m -> place(file, m)).orElse(new Place(file, 1, 1));
    }
  }
}
