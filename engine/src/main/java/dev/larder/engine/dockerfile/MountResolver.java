package dev.larder.engine.dockerfile;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gives a mount its values; each option is read knowing the ones before it, as in BuildKit. */
final class MountResolver {
  private static final List<String> TYPES = List.of("bind", "cache", "tmpfs", "secret", "ssh");
  private static final List<String> SHARING = List.of("shared", "private", "locked");
  private static final List<String> KEYS =
      List.of(
          "type",
          "from",
          "source",
          "target",
          "readonly",
          "id",
          "sharing",
          "required",
          "size",
          "mode",
          "uid",
          "gid",
          "src",
          "dst",
          "destination",
          "ro",
          "rw",
          "readwrite",
          "env");

  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?) ?([kKmMgGtTpP])?[iI]?[bB]?");
  private static final long UNSIGNED = 0xFFFF_FFFFL;

  private final MountFlag flag;
  private final Values values;
  private String type = "bind";
  private String from = "";
  private String source = "";
  private String target = "";
  private String id = "";
  private Mount.@Nullable Sharing sharing;
  private @Nullable Boolean readOnly;
  private boolean required;
  private long size;
  private @Nullable String env;
  private @Nullable Long mode;
  private @Nullable Long uid;
  private @Nullable Long gid;

  MountResolver(MountFlag flag, Values values) {
    this.flag = flag;
    this.values = values;
  }

  Mount resolve() throws DockerfileException {
    for (MountFlag.Option option : flag.options()) {
      Word word = option.value();
      if (word == null) {
        turnOn(option);
      } else {
        set(option, values.of(word));
      }
    }
    check();
    return switch (type) {
      case "cache" ->
          new Mount.Cache(id, target, sharing, from, source, readOnly(false), mode, uid, gid);
      case "tmpfs" -> new Mount.Tmpfs(target, size, readOnly(false));
      case "secret" ->
          new Mount.Secret(id.isEmpty() ? source : id, target, env, required, mode, uid, gid);
      case "ssh" -> new Mount.Ssh(id, target, required, mode, uid, gid);
      default -> new Mount.Bind(from, source, target, readOnly(true));
    };
  }

  private boolean readOnly(boolean unlessSaid) {
    return readOnly == null ? unlessSaid : readOnly;
  }

  private void turnOn(MountFlag.Option option) throws DockerfileException {
    switch (option.key()) {
      case "readonly", "ro" -> readOnly = true;
      case "readwrite", "rw" -> readOnly = false;
      case "required" -> {
        requireType(option, "secret", "ssh");
        required = true;
      }
      default -> {
        String hint = KEYS.contains(option.key()) ? "" : Suggestion.hint("", option.key(), KEYS);
        throw wrong(option, "invalid field '" + option.key() + "' must be a key=value pair", hint);
      }
    }
  }

  private void set(MountFlag.Option option, String value) throws DockerfileException {
    switch (option.key()) {
      case "type" -> type = oneOf(option, "unsupported mount type", value, TYPES);
      case "from" -> from = value;
      case "source", "src" -> source = value;
      case "target", "dst", "destination" -> target = value;
      case "readonly", "ro" -> readOnly = bool(option, value);
      case "readwrite", "rw" -> readOnly = !bool(option, value);
      case "required" -> {
        requireType(option, "secret", "ssh");
        required = bool(option, value);
      }
      case "size" -> {
        requireType(option, "tmpfs");
        size = bytes(option, value);
      }
      case "id" -> id = value;
      case "sharing" -> {
        String name = oneOf(option, "unsupported sharing value", value, SHARING);
        sharing = Mount.Sharing.valueOf(name.toUpperCase(Locale.ROOT));
      }
      case "mode" -> mode = number(option, value, 8);
      case "uid" -> uid = number(option, value, 10);
      case "gid" -> gid = number(option, value, 10);
      case "env" -> env = value;
      default ->
          throw wrong(
              option,
              "unexpected key '" + option.key() + "' in '" + option.key() + "=" + value + "'",
              Suggestion.hint("", option.key(), KEYS));
    }
  }

  private void check() throws DockerfileException {
    boolean owned = type.equals("secret") || type.equals("ssh") || type.equals("cache");
    refuse(!owned && mode != null, "mode not allowed for \"" + type + "\" type mounts");
    refuse(!owned && uid != null, "uid not allowed for \"" + type + "\" type mounts");
    refuse(!owned && gid != null, "gid not allowed for \"" + type + "\" type mounts");
    if (type.equals("secret")) {
      refuse(!from.isEmpty(), "secret mount should not have a from");
      refuse(sharing != null, "secret mount should not define sharing");
      refuse(
          source.isEmpty() && target.isEmpty() && id.isEmpty(),
          "invalid secret mount. one of source, target required");
      refuse(!source.isEmpty() && !id.isEmpty(), "both source and id can't be set");
    }
    refuse(
        sharing != null && !type.equals("cache"),
        "invalid cache sharing set for " + type + " mount");
  }

  private void refuse(boolean wrong, String message) throws DockerfileException {
    if (wrong) {
      throw new DockerfileException(Diagnostic.error(flag.flag().span(), message));
    }
  }

  private void requireType(MountFlag.Option option, String... types) throws DockerfileException {
    if (!List.of(types).contains(type)) {
      throw wrong(
          option, "unexpected key '" + option.key() + "' for mount type '" + type + "'", "");
    }
  }

  private static String oneOf(
      MountFlag.Option option, String message, String value, List<String> known)
      throws DockerfileException {
    String lower = value.toLowerCase(Locale.ROOT);
    if (!known.contains(lower)) {
      throw wrong(option, message + " " + Quoted.of(value), Suggestion.hint("", value, known));
    }
    return lower;
  }

  private static boolean bool(MountFlag.Option option, String value) throws DockerfileException {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw wrong(option, "invalid value for " + option.key() + ": " + value, "");
    };
  }

  private static long number(MountFlag.Option option, String value, int radix)
      throws DockerfileException {
    boolean digits =
        !value.isEmpty()
            && value.length() < 20
            && value.chars().allMatch(c -> c >= '0' && c < '0' + radix);
    long number = digits && value.length() < 19 ? Long.parseLong(value, radix) : -1;
    if (number < 0 || number > UNSIGNED) {
      throw wrong(option, "invalid value " + value + " for " + option.key(), "");
    }
    return number;
  }

  private static long bytes(MountFlag.Option option, String value) throws DockerfileException {
    Matcher size = SIZE.matcher(value);
    if (!size.matches() || value.length() > 30) {
      throw wrong(option, "invalid value for size: " + value, "for instance 512m");
    }
    String unit = size.group(2);
    int power = unit == null ? 0 : "kmgtp".indexOf(unit.toLowerCase(Locale.ROOT)) + 1;
    BigDecimal bytes = new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(1024).pow(power));
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw wrong(option, "invalid value for size: " + value, "");
    }
    return bytes.longValue();
  }

  private static DockerfileException wrong(MountFlag.Option option, String message, String hint) {
    return new DockerfileException(Diagnostic.error(option.span(), message, hint));
  }
}
