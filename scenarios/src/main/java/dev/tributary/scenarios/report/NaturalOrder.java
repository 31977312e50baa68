package dev.tributary.scenarios.report;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Orders names as people do: seed2 before seed10. */
final class NaturalOrder {
  /** Paths by their last name. */
  static final Comparator<Path> BY_NAME =
      Comparator.comparing((Path p) -> padded(String.valueOf(p.getFileName())));

  private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");

  private NaturalOrder() {}

  private static String padded(String name) {
    return DIGITS
        .matcher(name)
        .replaceAll(m -> Matcher.quoteReplacement("%019d".formatted(Long.parseLong(m.group()))));
  }
}
