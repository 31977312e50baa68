package dev.tributary.datasets.corruption;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataFormat;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.format.RasterImage;
import dev.tributary.engine.random.RandomStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures of frost, of which an image gets a random part: the source's photographs, or drawn ones.
 *
 * @param pictures in colors
 * @param notes what to say about them
 */
record FrostPictures(List<Image> pictures, List<String> notes) {

  /**
   * The source scales its photographs by a fifth, and bilinearly that is the third pixel of every
   * five.
   */
  private static final int STEP = 5;

  FrostPictures {
    pictures = List.copyOf(pictures);
    notes = List.copyOf(notes);
  }

  /** The photographs where they are in the data directory, else drawn pictures. */
  static FrostPictures from(DataDirectory data) throws IOException {
    if (!(data.status(DataSets.frost()) instanceof DataStatus.Present present)) {
      return drawn();
    }
    boolean scaled = present.layout().format() == DataFormat.FROST_FIFTHS;
    List<Image> pictures = new ArrayList<>();
    for (String name : present.layout().files()) {
      pictures.add(photograph(present.folder().resolve(name), scaled ? 1 : STEP));
    }
    return new FrostPictures(pictures, List.of());
  }

  private static Image photograph(Path file, int step) throws IOException {
    RasterImage raster = RasterImage.read(file);
    int first = step / 2;
    List<Plane> planes = new ArrayList<>();
    for (int c = 0; c < 3; c++) {
      int channel = c;
      planes.add(
          Plane.of(
              (raster.height() - first + step - 1) / step,
              (raster.width() - first + step - 1) / step,
              (y, x) -> raster.level(channel, first + y * step, first + x * step) / 255.0));
    }
    return new Image(planes);
  }

  /** Five drawn pictures, always the same. */
  static FrostPictures drawn() {
    return new FrostPictures(
        FrostDrawing.pictures(),
        List.of(
            "frost is drawn: the photographs that the source takes for it (%s) are not used"
                .formatted(DataSets.frost().id())));
  }

  /**
   * A random part of a random picture. Pictures smaller than the part are mirrored at their
   * borders.
   *
   * @param colored whether three planes are wanted or one of gray
   */
  Image part(int height, int width, boolean colored, RandomStream random) {
    Image picture = pictures.get(random.nextInt(pictures.size()));
    int top = random.nextInt(Math.max(1, picture.height() - height));
    int left = random.nextInt(Math.max(1, picture.width() - width));
    Image channels = colored ? picture : new Image(List.of(picture.gray()));
    return channels.map(
        plane ->
            Plane.of(
                height,
                width,
                (y, x) ->
                    plane.at(
                        Border.REFLECT.place(top + y, plane.height()),
                        Border.REFLECT.place(left + x, plane.width()))));
  }
}
