package dev.tributary.scenarios.config;

import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes what was read as a scenario file. */
final class ResolvedText {
  private static final int COMMENT_COLUMN = 48;

  /** A section of the file: its values, then its sections. */
  private static final class Node {
    final Map<String, String> lines = new TreeMap<>();
    final Map<String, Node> sections = new TreeMap<>();
  }

  private ResolvedText() {}

  static String of(Reads reads) {
    Node root = new Node();
    reads
        .values()
        .forEach(
            (path, read) -> {
              Node node = root;
              for (String name : path.subList(0, path.size() - 1)) {
                node = node.sections.computeIfAbsent(name, n -> new Node());
              }
              node.lines.put(path.getLast(), line(path, read, reads));
            });
    List<String> out = new ArrayList<>();
    out.add("# Every setting that this run read, and where its value came from.");
    out.add("# Running this file gives the same run.");
    write(root, "", out);
    return String.join("\n", out) + "\n";
  }

  private static String line(List<String> path, Reads.Read read, Reads reads) {
    String setting = ConfigUtil.joinPath(path.getLast()) + " = " + read.value();
    String source = read.source();
    if (source == null && reads.staysAbsent(path)) {
      // Code asked whether this was set at all: writing the default would change the answer.
      return "# " + setting + "  (not set)";
    }
    return setting + "\u0000" + (source == null ? "default" : source);
  }

  private static void write(Node node, String indent, List<String> out) {
    for (String line : node.lines.values()) {
      out.add(aligned(indent + line));
    }
    node.sections.forEach(
        (name, section) -> {
          if (onlyComments(section)) {
            out.add(indent + "# " + ConfigUtil.joinPath(name) + " { }  (not set)");
            return;
          }
          if (indent.isEmpty()) {
            out.add("");
          }
          out.add(indent + ConfigUtil.joinPath(name) + " {");
          write(section, indent + "  ", out);
          out.add(indent + "}");
        });
  }

  private static boolean onlyComments(Node node) {
    return node.lines.values().stream().allMatch(l -> l.startsWith("#"))
        && node.sections.values().stream().allMatch(ResolvedText::onlyComments);
  }

  private static String aligned(String line) {
    int split = line.indexOf('\u0000');
    if (split < 0) {
      return line;
    }
    String setting = line.substring(0, split);
    String padding = " ".repeat(Math.max(2, COMMENT_COLUMN - setting.length()));
    return setting + padding + "# " + line.substring(split + 1);
  }
}
