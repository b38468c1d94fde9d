package dev.larder.engine.exec;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The filter of system calls of a confined process, in the form of the OCI runtime specification,
 * config-linux.md, "Seccomp". It has the effect of Docker's default profile.
 */
final class Seccomp {
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;

  /** The flags of clone(2) that make namespaces, but for time's. */
  private static final long NEW_NAMESPACES = 0x7E020000L;

  private static final int AF_ALG = 38;
  private static final int AF_VSOCK = 40;

  /** Linux, SVr4 (32 bit), their variants for 3 GB of address space, and the question alone. */
  private static final List<Long> PERSONALITIES = List.of(0L, 8L, 0x20000L, 0x20008L, 0xFFFFFFFFL);

  private static final List<String> ARM_ONLY =
      List.of(
          "arm_fadvise64_64",
          "arm_sync_file_range",
          "sync_file_range2",
          "breakpoint",
          "cacheflush",
          "set_tls");

  private Seccomp() {}

  /** The filter for an architecture as Java names it: {@code amd64} or {@code aarch64}. */
  static JsonObject filter(String architecture) throws IOException {
    boolean arm = architecture.equals("aarch64");
    JsonObject filter = new JsonObject();
    filter.addProperty("defaultAction", "SCMP_ACT_ERRNO");
    filter.addProperty("defaultErrnoRet", EPERM);
    filter.add(
        "architectures",
        texts(
            arm
                ? List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM")
                : List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32")));
    List<String> names = new ArrayList<>(names());
    if (arm) {
      names.addAll(ARM_ONLY);
    }
    JsonArray rules = new JsonArray();
    rules.add(allow(names));
    rules.add(allow("socket", "SCMP_CMP_LT", AF_ALG, 0));
    rules.add(allow("socket", "SCMP_CMP_EQ", AF_ALG + 1, 0));
    rules.add(allow("socket", "SCMP_CMP_GT", AF_VSOCK, 0));
    for (long personality : PERSONALITIES) {
      rules.add(allow("personality", "SCMP_CMP_EQ", personality, 0));
    }
    rules.add(allow("clone", "SCMP_CMP_MASKED_EQ", NEW_NAMESPACES, 0));
    // Its flags lie in memory that a filter can't read; C libraries fall back to clone on ENOSYS.
    JsonObject clone3 = rule(List.of("clone3"), "SCMP_ACT_ERRNO");
    clone3.addProperty("errnoRet", ENOSYS);
    rules.add(clone3);
    filter.add("syscalls", rules);
    return filter;
  }

  private static List<String> names() throws IOException {
    try (InputStream in = Seccomp.class.getResourceAsStream("system-calls.txt")) {
      if (in == null) {
        throw new IOException("read system-calls.txt: it is not in this distribution");
      }
      List<String> names = new ArrayList<>();
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text.lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> names.addAll(List.of(line.split(" "))));
      return names;
    }
  }

  private static JsonObject allow(List<String> names) {
    return rule(names, "SCMP_ACT_ALLOW");
  }

  private static JsonObject allow(String name, String operator, long value, long second) {
    JsonObject argument = new JsonObject();
    argument.addProperty("index", 0);
    argument.addProperty("value", value);
    argument.addProperty("valueTwo", second);
    argument.addProperty("op", operator);
    JsonArray arguments = new JsonArray();
    arguments.add(argument);
    JsonObject rule = allow(List.of(name));
    rule.add("args", arguments);
    return rule;
  }

  private static JsonObject rule(List<String> names, String action) {
    JsonObject rule = new JsonObject();
    rule.add("names", texts(names));
    rule.addProperty("action", action);
    return rule;
  }

  private static JsonArray texts(List<String> values) {
    JsonArray texts = new JsonArray();
    values.forEach(texts::add);
    return texts;
  }
}
