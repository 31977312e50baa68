package dev.tributary.datasets.glyph;

import dev.tributary.engine.random.RandomStream;
import java.util.List;

/** The ways to write the ten digits: as printers set them, and as hands write them. */
final class DigitSkeletons {
  /** Set in type: straight stems, flat corners, round bowls. */
  static final DigitSkeletons PRINTED =
      new DigitSkeletons(
          List.of(
              List.of(
                  Skeleton.of("50 0, 86 14, 100 50, 86 86, 50 100, 14 86, 0 50, 14 14, o"),
                  Skeleton.of("50 0, 92 8, 100 50, 92 92, 50 100, 8 92, 0 50, 8 8, o"),
                  Skeleton.of(
                      "50 0, 86 14, 100 50, 86 86, 50 100, 14 86, 0 50, 14 14, o",
                      "76 24!, 24 76!")),
              List.of(
                  Skeleton.of("20 22!, 54 0!, 54 100!"),
                  Skeleton.of("24 18!, 54 0!, 54 100!", "24 100!, 84 100!"),
                  Skeleton.of("50 0!, 50 100!")),
              List.of(
                  Skeleton.of("6 28, 20 5, 50 0, 80 8, 92 28, 76 52, 4 100!, 96 100!"),
                  Skeleton.of("6 22, 48 0, 92 24, 66 60, 22 80, 4 100!, 96 100!, 96 86!")),
              List.of(
                  Skeleton.of(
                      "6 18, 46 0, 86 12, 84 36, 40 48!, 84 56, 96 76, 84 94, 46 100, 4 84"),
                  Skeleton.of("8 0!, 90 0!, 44 40!, 84 50, 94 76, 78 96, 44 100, 4 88")),
              List.of(
                  Skeleton.of("74 100!, 74 0!, 0 70!, 100 70!"),
                  Skeleton.of("30 0!, 4 66!, 100 66!", "72 32!, 72 100!"),
                  Skeleton.of("76 100!, 76 0!, 4 64!, 76 64!")),
              List.of(
                  Skeleton.of("88 0!, 18 0!, 10 46!, 48 36, 88 48, 94 70, 82 94, 46 100, 4 88"),
                  Skeleton.of("92 0!, 12 0!, 12 44!, 60 40, 94 56, 92 86, 56 100, 6 94")),
              List.of(
                  Skeleton.of(
                      "86 10, 52 0, 16 18, 2 58, 16 92, 52 100, 90 88, 96 66, 80 46, 48 42, 4 62"),
                  Skeleton.of(
                      "72 0!, 20 44, 2 72, 20 96, 52 100, 88 92, 98 70, 84 50, 50 44, 14 54")),
              List.of(
                  Skeleton.of("2 0!, 98 0!, 36 100!"),
                  Skeleton.of("2 0!, 98 0!, 40 100!", "28 50!, 88 50!"),
                  Skeleton.of("4 18!, 4 0!, 96 0!, 60 46, 44 100")),
              List.of(
                  Skeleton.of(
                      "50 0, 82 7, 90 24, 78 41, 50 48, 22 41, 10 24, 18 7, o",
                      "50 48, 88 56, 98 74, 86 93, 50 100, 14 93, 2 74, 12 56, o"),
                  Skeleton.of(
                      "50 0, 16 10, 18 34, 50 47, 84 62, 92 86, 50 100, 8 86, 16 62, 50 47, 82 34,"
                          + " 84 10, o")),
              List.of(
                  Skeleton.of(
                          "86 10, 52 0, 16 18, 2 58, 16 92, 52 100, 90 88, 96 66, 80 46, 48 42, 4"
                              + " 62")
                      .turned(),
                  Skeleton.of(
                          "72 0!, 20 44, 2 72, 20 96, 52 100, 88 92, 98 70, 84 50, 50 44, 14 54")
                      .turned())));

  /** Written by hand: one or two movements, loops, open curves. */
  static final DigitSkeletons HANDWRITTEN =
      new DigitSkeletons(
          List.of(
              List.of(
                  Skeleton.of("62 3, 28 8, 4 46, 20 92, 62 98, 96 62, 90 16, 54 0"),
                  Skeleton.of("46 0, 10 30, 8 74, 44 100, 88 76, 92 28, 60 2, 30 14")),
              List.of(
                  Skeleton.of("58 0, 52 50, 46 100"),
                  Skeleton.of("26 24, 56 0!, 50 100"),
                  Skeleton.of("30 22, 56 0!, 52 100!", "24 98, 82 100")),
              List.of(
                  Skeleton.of("8 22, 36 0, 78 10, 80 40, 44 78, 4 98!, 52 94, 98 98"),
                  Skeleton.of("10 24, 40 0, 80 16, 70 52, 26 92, 6 88, 22 74, 60 94, 98 92"),
                  Skeleton.of("4 14, 50 2, 84 24, 60 60, 8 100!, 98 92")),
              List.of(
                  Skeleton.of("10 12, 52 0, 84 20, 42 48!, 90 64, 74 96, 6 92"),
                  Skeleton.of("10 14, 54 0, 82 24, 52 46, 40 50, 54 52, 92 72, 62 100, 4 88"),
                  Skeleton.of("8 4!, 88 4!, 46 42!, 92 66, 60 100, 6 92")),
              List.of(
                  Skeleton.of("22 0, 6 54!, 94 52!", "76 14, 64 100"),
                  Skeleton.of("66 0!, 2 62!, 98 60!", "70 30, 64 100"),
                  Skeleton.of("16 4, 12 44, 46 54, 84 40, 88 2!, 78 100")),
              List.of(
                  Skeleton.of("22 2!, 16 44!, 62 38, 92 68, 60 98, 4 92", "22 2!, 96 0!"),
                  Skeleton.of("92 2, 34 4, 16 42!, 66 44, 88 72, 52 100, 6 90"),
                  Skeleton.of("90 2, 28 8, 22 40, 72 54, 86 82, 44 100, 8 88")),
              List.of(
                  Skeleton.of("70 0, 26 36, 6 76, 44 100, 88 80, 68 52, 12 66"),
                  Skeleton.of("54 0, 18 44, 16 88, 56 100, 86 78, 60 58, 22 78"),
                  Skeleton.of("84 6, 34 20, 6 66, 38 100, 88 84, 76 54, 36 56, 10 76")),
              List.of(
                  Skeleton.of("4 10, 50 6, 94 2!, 56 50, 40 100"),
                  Skeleton.of("4 6!, 94 4!, 44 100!", "28 52, 84 46"),
                  Skeleton.of("6 22, 10 4!, 92 6!, 60 44, 48 100")),
              List.of(
                  Skeleton.of(
                      "84 12, 44 0, 16 20, 50 46, 86 74, 50 100, 12 78, 48 48, 82 24, 72 4"),
                  Skeleton.of("52 44, 16 24, 48 0, 82 22, 52 44, 12 74, 50 100, 90 74, 52 44"),
                  Skeleton.of("82 8, 30 6, 26 34, 76 62, 70 96, 22 94, 20 66, 70 38, 84 10")),
              List.of(
                  Skeleton.of("84 16, 44 0, 10 28, 40 50, 80 30, 88 10!, 84 60, 72 100"),
                  Skeleton.of("88 22, 52 0, 12 20, 26 48, 70 42, 90 14, 84 64, 40 100, 12 92"),
                  Skeleton.of("78 8, 30 8, 14 38, 54 46, 84 8!, 64 100!"))));

  private final List<List<Skeleton>> digits;

  private DigitSkeletons(List<List<Skeleton>> digits) {
    this.digits = digits;
  }

  /** The skeletons of one digit, at least two. */
  List<Skeleton> of(int digit) {
    return digits.get(digit);
  }

  /** One skeleton of a digit, each equally likely. */
  Skeleton draw(int digit, RandomStream random) {
    List<Skeleton> variants = digits.get(digit);
    return variants.get(random.nextInt(variants.size()));
  }
}
