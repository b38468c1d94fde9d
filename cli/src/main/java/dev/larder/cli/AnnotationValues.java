package dev.larder.cli;

import dev.larder.engine.build.BuildRequest.Output;
import dev.larder.engine.dockerfile.Suggestion;
import dev.larder.engine.export.Annotations;
import dev.larder.engine.oci.Platform;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values of {@code --annotation}, in the form of docker buildx: {@code [TYPE,…:]KEY=VALUE}. */
final class AnnotationValues {
  private static final Pattern TYPE = Pattern.compile("([a-z-]+)(?:\\[([A-Za-z0-9_/-]+)])?");
  private static final List<String> TYPES =
      List.of("manifest", "manifest-descriptor", "index", "index-descriptor");

  private final Platform platform;
  private final SequencedMap<String, String> manifest = new LinkedHashMap<>();
  private final SequencedMap<String, String> descriptor = new LinkedHashMap<>();

  private AnnotationValues(Platform platform) {
    this.platform = platform;
  }

  /** Those that are for this platform. */
  static Annotations of(List<String> given, Platform platform) throws UsageException {
    AnnotationValues values = new AnnotationValues(platform);
    for (String text : given) {
      if (!text.isEmpty()) {
        values.add(text);
      }
    }
    return new Annotations(values.manifest, values.descriptor);
  }

  /** Outputs with these annotations, where their form has a place for them. */
  static List<Output> on(List<Output> outputs, Annotations annotations) throws UsageException {
    if (annotations.isEmpty()) {
      return outputs;
    }
    if (outputs.stream().noneMatch(output -> output instanceof Output.Oci)) {
      throw new UsageException(
          "--annotation: only a layout keeps annotations", "--output type=oci,dest=…");
    }
    return outputs.stream()
        .map(
            output ->
                output instanceof Output.Oci oci
                    ? new Output.Oci(oci.destination(), oci.tar(), annotations)
                    : output)
        .toList();
  }

  private void add(String text) throws UsageException {
    String option = "--annotation " + text;
    int equals = text.indexOf('=');
    if (equals <= 0) {
      throw new UsageException(option + ": expected KEY=VALUE");
    }
    String name = text.substring(0, equals);
    String value = text.substring(equals + 1);
    int colon = name.indexOf(':');
    String key = name.substring(colon + 1);
    if (key.isEmpty()) {
      throw new UsageException(option + ": the key is empty");
    }
    for (String type : (colon < 0 ? "manifest" : name.substring(0, colon)).split(",", -1)) {
      Matcher form = TYPE.matcher(type);
      if (!form.matches() || !TYPES.contains(form.group(1))) {
        throw new UsageException(
            option + ": unknown type " + type + ", expected " + String.join(", ", TYPES),
            Suggestion.hint("", type, TYPES));
      }
      if (form.group(1).startsWith("index")) {
        throw new UsageException(
            option + ": index annotations are not supported for an image of one platform");
      }
      if (form.group(2) != null && !isThis(option, form.group(2))) {
        continue;
      }
      (form.group(1).equals("manifest") ? manifest : descriptor).put(key, value);
    }
  }

  private boolean isThis(String option, String text) throws UsageException {
    try {
      return Platform.parse(text, platform).normalized().equals(platform.normalized());
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }
}
