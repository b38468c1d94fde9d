package dev.larder.engine.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
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

  record Scalar(Place at, String text) implements Yaml {}

  record Items(Place at, List<Yaml> items) implements Yaml {}

  record Fields(Place at, SequencedMap<String, Field> fields) implements Yaml {}

  /** A value and where its key is. */
  record Field(Place key, Yaml value) {}

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
            : new Scalar(at, scalar.getValue());
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
        if (key.getValue().equals("<<") && key.isPlain()) {
          merge(value, merged);
        } else {
          Field earlier = fields.put(key.getValue(), new Field(place, value));
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
