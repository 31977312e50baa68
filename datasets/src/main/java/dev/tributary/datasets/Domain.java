package dev.tributary.datasets;

/**
 * One domain of a federation, divided for use.
 *
 * @param id short name used in files and tables, such as {@code mnist_m}
 * @param title what reports print; says when the data are synthetic or only a subset
 * @param train what clients train on
 * @param validation what tuning looks at; never empty, never trained on
 * @param test what results are reported on; never looked at before
 */
public record Domain(String id, String title, ImageSet train, ImageSet validation, ImageSet test) {

  /**
   * Checks that nothing is empty and that all three parts have one shape and one set of classes.
   *
   * @throws IllegalArgumentException naming the domain and the parts that disagree
   */
  public Domain {
    if (train.size() == 0 || validation.size() == 0 || test.size() == 0) {
      throw new IllegalArgumentException(
          "domain %s must have training, validation and test images, got %d, %d and %d"
              .formatted(id, train.size(), validation.size(), test.size()));
    }
    for (ImageSet part : new ImageSet[] {validation, test}) {
      if (!part.shape().equals(train.shape()) || part.classes() != train.classes()) {
        throw new IllegalArgumentException(
            "domain %s: all parts must have the same shape and classes, got %s %d and %s %d"
                .formatted(id, train.shape(), train.classes(), part.shape(), part.classes()));
      }
    }
  }
}
