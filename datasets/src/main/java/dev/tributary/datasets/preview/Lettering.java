package dev.tributary.datasets.preview;

import dev.tributary.datasets.glyph.Coverage;
import dev.tributary.datasets.glyph.Placement;
import dev.tributary.datasets.glyph.Skeleton;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Text in capitals, figures and a few signs, drawn with strokes; any other character is a small
 * box.
 */
final class Lettering {
  private static final Map<Character, Skeleton> CHARACTERS = characters();
  private static final Skeleton UNKNOWN = Skeleton.of("20 40!, 80 40!, 80 80!, 20 80!, 20 40!");

  /** Width of a character by the height of a capital. */
  private static final double ASPECT = 0.58;

  private static final double ADVANCE = 0.86;

  private Lettering() {}

  /** Columns that a text takes at this height of capitals, in pixels. */
  static int width(String text, int height) {
    return (int) Math.ceil(text.length() * ADVANCE * height) + 2;
  }

  /** Rows that a text takes at this height of capitals, in pixels. */
  static int rows(int height) {
    return height + 6;
  }

  /** Draws a text with its upper left corner at (top, left). */
  static void draw(Picture picture, String text, int top, int left, int height, int color) {
    if (text.isEmpty()) {
      return;
    }
    Coverage ink = new Coverage(rows(height), width(text, height));
    double radius = Math.max(0.5, height / 17.0);
    String capitals = text.toUpperCase(Locale.ROOT);
    for (int i = 0; i < capitals.length(); i++) {
      char character = capitals.charAt(i);
      if (character != ' ') {
        Placement placement =
            Placement.of(
                ASPECT * height, height, 0, 0, (i + 0.5) * ADVANCE * height + 1, height / 2.0 + 2);
        ink.draw(CHARACTERS.getOrDefault(character, UNKNOWN).place(placement, radius));
      }
    }
    picture.stamp(ink, top, left, color);
  }

  /** As much of a text as fits into a width, with ".." where it was cut. */
  static String fit(String text, int height, int columns) {
    int fitting = (int) ((columns - 2) / (ADVANCE * height));
    if (text.length() <= fitting) {
      return text;
    }
    return fitting < 3 ? "" : text.substring(0, fitting - 2) + "..";
  }

  private static Map<Character, Skeleton> characters() {
    Map<Character, Skeleton> map = new HashMap<>();
    map.put('0', Skeleton.of("50 0, 90 14, 100 50, 90 86, 50 100, 10 86, 0 50, 10 14, o"));
    map.put('1', Skeleton.of("18 22!, 54 0!, 54 100!"));
    map.put('2', Skeleton.of("6 28, 20 5, 50 0, 80 8, 92 28, 76 52, 4 100!, 96 100!"));
    map.put(
        '3', Skeleton.of("6 14, 46 0, 86 12, 84 36, 40 48!, 84 56, 96 76, 84 94, 46 100, 4 86"));
    map.put('4', Skeleton.of("74 100!, 74 0!, 0 70!, 100 70!"));
    map.put('5', Skeleton.of("88 0!, 14 0!, 8 46!, 48 36, 88 48, 94 70, 82 94, 46 100, 4 88"));
    map.put(
        '6',
        Skeleton.of("84 6, 48 4, 12 26, 2 62, 16 92, 52 100, 90 88, 96 66, 80 46, 48 42, 4 62"));
    map.put('7', Skeleton.of("2 0!, 98 0!, 36 100!"));
    map.put(
        '8',
        Skeleton.of(
            "50 0, 84 7, 92 24, 80 41, 50 48, 20 41, 8 24, 16 7, o",
            "50 48, 88 56, 98 74, 86 93, 50 100, 14 93, 2 74, 12 56, o"));
    map.put(
        '9',
        Skeleton.of("16 94, 52 96, 88 74, 98 38, 84 8, 48 0, 10 12, 4 34, 20 54, 52 58, 96 38"));
    map.put('A', Skeleton.of("0 100!, 50 0!, 100 100!", "18 66!, 82 66!"));
    map.put(
        'B',
        Skeleton.of(
            "0 0!, 60 0!, 92 12, 90 38, 56 48!, 0 48!",
            "56 48!, 94 58, 98 84, 60 100!, 0 100!, 0 0!"));
    map.put('C', Skeleton.of("96 16, 54 0, 12 14, 0 50, 12 86, 54 100, 96 84"));
    map.put('D', Skeleton.of("0 0!, 46 0!, 88 16, 100 50, 88 84, 46 100!, 0 100!, 0 0!"));
    map.put('E', Skeleton.of("94 0!, 0 0!, 0 100!, 94 100!", "0 48!, 76 48!"));
    map.put('F', Skeleton.of("94 0!, 0 0!, 0 100!", "0 48!, 76 48!"));
    map.put('G', Skeleton.of("94 14, 54 0, 12 14, 0 50, 12 86, 54 100, 96 86!, 98 54!, 58 54!"));
    map.put('H', Skeleton.of("0 0!, 0 100!", "100 0!, 100 100!", "0 48!, 100 48!"));
    map.put('I', Skeleton.of("50 0!, 50 100!", "24 0!, 76 0!", "24 100!, 76 100!"));
    map.put('J', Skeleton.of("84 0!, 84 70!, 74 94, 42 100, 10 90, 4 72"));
    map.put('K', Skeleton.of("0 0!, 0 100!", "96 0!, 0 58!", "30 42!, 100 100!"));
    map.put('L', Skeleton.of("0 0!, 0 100!, 92 100!"));
    map.put('M', Skeleton.of("0 100!, 0 0!, 50 64!, 100 0!, 100 100!"));
    map.put('N', Skeleton.of("0 100!, 0 0!, 100 100!, 100 0!"));
    map.put('O', Skeleton.of("50 0, 90 14, 100 50, 90 86, 50 100, 10 86, 0 50, 10 14, o"));
    map.put('P', Skeleton.of("0 100!, 0 0!, 58 0!, 96 14, 94 44, 56 54!, 0 54!"));
    map.put(
        'Q',
        Skeleton.of(
            "50 0, 90 14, 100 50, 90 86, 50 100, 10 86, 0 50, 10 14, o", "60 70!, 100 106!"));
    map.put(
        'R', Skeleton.of("0 100!, 0 0!, 58 0!, 96 14, 94 42, 56 52!, 0 52!", "54 52!, 98 100!"));
    map.put('S', Skeleton.of("92 14, 52 0, 10 14, 14 38, 86 60, 94 84, 50 100, 4 86"));
    map.put('T', Skeleton.of("50 0!, 50 100!", "0 0!, 100 0!"));
    map.put('U', Skeleton.of("0 0!, 0 66!, 12 92, 50 100, 88 92, 100 66!, 100 0!"));
    map.put('V', Skeleton.of("0 0!, 50 100!, 100 0!"));
    map.put('W', Skeleton.of("0 0!, 22 100!, 50 36!, 78 100!, 100 0!"));
    map.put('X', Skeleton.of("0 0!, 100 100!", "100 0!, 0 100!"));
    map.put('Y', Skeleton.of("0 0!, 50 50!, 50 100!", "100 0!, 50 50!"));
    map.put('Z', Skeleton.of("2 0!, 98 0!, 2 100!, 98 100!"));
    map.put('.', Skeleton.of("50 98!, 50 100!"));
    map.put(',', Skeleton.of("54 94!, 40 112!"));
    map.put(':', Skeleton.of("50 30!, 50 32!", "50 84!, 50 86!"));
    map.put('-', Skeleton.of("16 52!, 84 52!"));
    map.put('_', Skeleton.of("0 106!, 100 106!"));
    map.put('+', Skeleton.of("10 52!, 90 52!", "50 26!, 50 78!"));
    map.put('=', Skeleton.of("10 38!, 90 38!", "10 66!, 90 66!"));
    map.put('/', Skeleton.of("88 0!, 12 100!"));
    map.put('(', Skeleton.of("66 0, 38 30, 38 70, 66 100"));
    map.put(')', Skeleton.of("34 0, 62 30, 62 70, 34 100"));
    map.put(
        '%',
        Skeleton.of(
            "92 0!, 8 100!", "22 8, 36 20, 22 32, 8 20, o", "78 68, 92 80, 78 92, 64 80, o"));
    return Map.copyOf(map);
  }
}
