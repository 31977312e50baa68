package dev.tributary.scenarios.run;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.corruption.Corruption;
import dev.tributary.datasets.corruption.Corruptions;
import dev.tributary.datasets.preview.CorruptionSheet;
import dev.tributary.engine.random.Seeds;
import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import dev.tributary.scenarios.cli.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The picture that {@code tributary datasets preview --corruptions} draws. */
final class CorruptionPreview {
  private static final int IMAGES_OF_ONE_DOMAIN = 3;
  private static final int ZOOM = 2;

  private CorruptionPreview() {}

  /**
   * Draws the first test image of every domain, or the first three of the only one, under every
   * corruption.
   *
   * @throws Failure when the source has no images
   */
  static void draw(
      List<Domain> domains, DataDirectory data, Seeds seeds, Path picture, Console console)
      throws IOException {
    if (domains.isEmpty()) {
      throw new Failure(
          ExitCode.USAGE,
          "--corruptions needs a scenario whose data are images; this one's source has none");
    }
    Corruptions corruptions = Corruptions.from(data);
    CorruptionSheet.draw(
            chosen(domains), corruptions, List.of(Corruption.values()), seeds.child("data"), ZOOM)
        .write(picture);
    console.note("corruptions: " + picture);
    corruptions.notes().forEach(console::note);
  }

  private static ImageSet chosen(List<Domain> domains) {
    ImageSet first = domains.getFirst().test();
    if (domains.size() == 1) {
      return first.select(
          IntStream.range(0, Math.min(IMAGES_OF_ONE_DOMAIN, first.size())).toArray());
    }
    return domains.stream()
        .map(domain -> domain.test().select(new int[] {0}))
        .reduce(ImageSet::append)
        .orElseThrow();
  }
}
