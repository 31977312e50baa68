package dev.tributary.datasets.glyph;

import java.util.List;

/**
 * One of the five manners of drawing.
 *
 * @param id used in files, options and seeds
 * @param title what tables and reports write; it says that the digits are drawn
 * @param style how an image of this domain is made
 */
record GlyphDomain(String id, String title, DigitStyle style) {

  /**
   * All five, in the order in which {@link GlyphDigits} gives them: dark type of many weights on
   * paper; white handwriting on black; digits blended with a colored texture; colored digits on
   * walls with neighbors, shade and blur; dark digits on a middle gray, drawn on 8 to 10 pixels and
   * enlarged.
   */
  static final List<GlyphDomain> ALL =
      List.of(
          new GlyphDomain("print", "Glyph print (drawn)", new PrintStyle()),
          new GlyphDomain("pen", "Glyph pen (drawn)", new PenStyle()),
          new GlyphDomain("texture", "Glyph texture (drawn)", new TextureStyle()),
          new GlyphDomain("house", "Glyph house (drawn)", new HouseStyle()),
          new GlyphDomain("low-res", "Glyph low-res (drawn)", new LowResolutionStyle()));
}
