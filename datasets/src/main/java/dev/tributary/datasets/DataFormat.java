package dev.tributary.datasets;

/** What the files of a data set are written in. */
public enum DataFormat {
  /** IDX images and IDX labels, labels from 0. */
  IDX,
  /** IDX as EMNIST's letters have it: images transposed, labels from 1. */
  IDX_EMNIST_LETTERS,
  /** CIFAR-10 binary records: label, then 32 x 32 planes R, G, B. */
  CIFAR10_RECORDS,
  /** CIFAR-100 binary records: coarse label, fine label, then planes; fine labels are used. */
  CIFAR100_RECORDS,
  /** Records of a label and 64 x 64 planes R, G, B; a file a domain. */
  OFFICE_CALTECH_RECORDS,
  /** A MATLAB file of SVHN's cropped digits: {@code X} and {@code y}, 10 for the digit 0. */
  SVHN_MAT,
  /** Office-Caltech-10's classes as folders of PNG or JPEG images; a folder a domain. */
  OFFICE_CALTECH_FOLDERS,
  /**
   * Lines of a digit and 256 values in [-1, 1], as on the page of "Elements of Statistical
   * Learning".
   */
  USPS_LINES,
  /** Lines in libsvm's sparse form with labels 1 to 10. */
  USPS_LIBSVM,
  /** Lines of 64 whole numbers 0 to 16 and a label, with commas, as in UCI's optdigits. */
  OPTDIGITS_CSV,
  /** Photographs of frost as PNG or JPEG, without labels; for a corruption, not for learning. */
  FROST_PHOTOGRAPHS,
  /** The same, scaled by a fifth. */
  FROST_FIFTHS;

  /** Whether the files have labels, so that something can learn from them. */
  public boolean labelled() {
    return this != FROST_PHOTOGRAPHS && this != FROST_FIFTHS;
  }
}
