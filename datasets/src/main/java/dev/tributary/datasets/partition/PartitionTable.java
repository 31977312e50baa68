package dev.tributary.datasets.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How many examples of each class each client has; only lists, numbers and names, so that it writes
 * itself as JSON.
 *
 * @param clients the clients' names, [clients]
 * @param classes the classes' names, [classes]
 * @param counts examples, [clients][classes], each &ge; 0
 */
public record PartitionTable(
    List<String> clients, List<String> classes, List<List<Integer>> counts) {

  /** Copies the lists and checks that their lengths agree. */
  public PartitionTable {
    clients = List.copyOf(clients);
    classes = List.copyOf(classes);
    counts = counts.stream().map(List::copyOf).toList();
    if (counts.size() != clients.size()) {
      throw new IllegalArgumentException(
          "a table of %d clients must have as many rows, got %d"
              .formatted(clients.size(), counts.size()));
    }
    for (List<Integer> row : counts) {
      if (row.size() != classes.size()) {
        throw new IllegalArgumentException(
            "each row of a table of %d classes must have as many counts, got %d"
                .formatted(classes.size(), row.size()));
      }
    }
  }

  /**
   * Counts a partition; clients are called "client 0" and so on, classes "0" and so on.
   *
   * @param parts indices into the labels, one array per client
   * @param labels the class of each example of the pool, each in [0, classes)
   */
  public static PartitionTable of(List<int[]> parts, int[] labels, int classes) {
    List<String> names =
        IntStream.range(0, parts.size()).mapToObj(client -> "client " + client).toList();
    return of(names, parts, labels, classes);
  }

  /** Counts a partition whose clients have names, such as those of their domains. */
  public static PartitionTable of(
      List<String> names, List<int[]> parts, int[] labels, int classes) {
    List<List<Integer>> counts = new ArrayList<>();
    for (int[] part : parts) {
      int[] row = new int[classes];
      for (int example : part) {
        row[labels[example]]++;
      }
      counts.add(IntStream.of(row).boxed().toList());
    }
    List<String> classNames = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return new PartitionTable(names, classNames, counts);
  }

  /** The number of examples of a client. */
  public int size(int client) {
    return counts.get(client).stream().mapToInt(Integer::intValue).sum();
  }

  /** The number of examples of a class over all clients. */
  public int total(int label) {
    return counts.stream().mapToInt(row -> row.get(label)).sum();
  }

  /**
   * The table as aligned text: a row per client, a column per class, sums at the right and below.
   */
  public String text() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(row("client", classes, "all"));
    for (int client = 0; client < clients.size(); client++) {
      cells.add(row(clients.get(client), counts.get(client), size(client)));
    }
    List<Integer> totals = IntStream.range(0, classes.size()).mapToObj(this::total).toList();
    cells.add(row("all", totals, totals.stream().mapToInt(Integer::intValue).sum()));
    int[] widths = new int[classes.size() + 2];
    for (List<String> row : cells) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : cells) {
      text.append(String.format(Locale.ROOT, "%-" + widths[0] + "s", row.getFirst()));
      for (int column = 1; column < widths.length; column++) {
        text.append(String.format(Locale.ROOT, "  %" + widths[column] + "s", row.get(column)));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** The table as comma-separated values (RFC 4180) with a head line, without sums. */
  public String csv() {
    StringBuilder text = new StringBuilder("client");
    classes.forEach(name -> text.append(',').append(quoted(name)));
    text.append('\n');
    for (int client = 0; client < clients.size(); client++) {
      text.append(quoted(clients.get(client)));
      counts.get(client).forEach(count -> text.append(',').append(count));
      text.append('\n');
    }
    return text.toString();
  }

  private static String quoted(String name) {
    boolean plain = name.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  private static List<String> row(String first, List<?> middle, Object last) {
    List<String> row = new ArrayList<>();
    row.add(first);
    middle.forEach(cell -> row.add(cell.toString()));
    row.add(last.toString());
    return row;
  }
}
