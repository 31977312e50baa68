package dev.tributary.datasets;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A known data set: what it is, where it comes from and how its files may lie.
 *
 * @param id the name in scenarios, on the command line and of its folder
 * @param title what reports call it
 * @param classes number of classes
 * @param trainSize images in the official training part
 * @param testSize images in the official test part; 0 where there is none
 * @param serves what it is useful for, one line
 * @param license what its source says about use, no legal judgement
 * @param downloads official files; empty where there is no direct address
 * @param layouts ways in which it may lie, the preferred one first
 */
public record DataSet(
    String id,
    String title,
    int classes,
    int trainSize,
    int testSize,
    String serves,
    String license,
    List<Download> downloads,
    List<DataLayout> layouts) {

  /** Copies the lists. */
  public DataSet {
    downloads = List.copyOf(downloads);
    layouts = List.copyOf(layouts);
  }

  /** Whether its files can be fetched from official addresses. */
  public boolean fetchable() {
    return !downloads.isEmpty();
  }

  /** The first layout whose files are all in this folder. */
  public Optional<DataLayout> layoutIn(Path folder) {
    return layouts.stream().filter(layout -> layout.missing(folder).isEmpty()).findFirst();
  }
}
