package dev.larder.engine.compose;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * The text of a scalar where a text is wanted. Compose reads {@code 0755} without quotes as a
 * number and writes it as Go does: {@code 493}. The rules are those of YAML 1.1 as its reader has
 * them.
 */
final class GoScalars {
  private static final Pattern FLAG = Pattern.compile("true|True|TRUE|false|False|FALSE");
  private static final Pattern INTEGER =
      Pattern.compile("([-+]?)(0x[0-9a-fA-F]+|0o?[0-7]+|0b[01]+|0|[1-9][0-9]*)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final BigInteger MOST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
  private static final BigInteger LEAST = BigInteger.ONE.shiftLeft(63).negate();

  private GoScalars() {}

  static String text(Yaml.Scalar scalar) {
    if (!scalar.plain()) {
      return scalar.text();
    }
    String text = scalar.text();
    if (FLAG.matcher(text).matches()) {
      return text.charAt(0) == 't' || text.charAt(0) == 'T' ? "true" : "false";
    }
    return switch (text) {
      case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> "+Inf";
      case "-.inf", "-.Inf", "-.INF" -> "-Inf";
      case ".nan", ".NaN", ".NAN" -> "NaN";
      default -> number(text);
    };
  }

  private static String number(String text) {
    String bare = text.replace("_", "");
    if (INTEGER.matcher(bare).matches()) {
      BigInteger value = integer(bare);
      if (value.compareTo(MOST) <= 0 && value.compareTo(LEAST) >= 0) {
        return value.toString();
      }
    }
    return FLOAT.matcher(bare).matches() ? floating(Double.parseDouble(bare)) : text;
  }

  private static BigInteger integer(String text) {
    boolean negative = text.startsWith("-");
    String digits = text.substring(negative || text.startsWith("+") ? 1 : 0);
    BigInteger value;
    if (digits.startsWith("0x")) {
      value = new BigInteger(digits.substring(2), 16);
    } else if (digits.startsWith("0b")) {
      value = new BigInteger(digits.substring(2), 2);
    } else if (digits.startsWith("0") && digits.length() > 1) {
      value = new BigInteger(digits.substring(digits.startsWith("0o") ? 2 : 1), 8);
    } else {
      value = new BigInteger(digits);
    }
    return negative ? value.negate() : value;
  }

  /** As Go's {@code %v}: the shortest digits, with an exponent below 1e-4 and from 1e21. */
  private static String floating(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= -4 && exponent < 21) {
      return exact.toPlainString();
    }
    String digits = exact.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    String sign = value < 0 ? "-" : "";
    String power = (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "");
    return sign + digits.charAt(0) + fraction + "e" + power + Math.abs(exponent);
  }
}
