package dev.tributary.scenarios.run;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.digits.FiveDigits;
import dev.tributary.datasets.digits.SingleSource;
import dev.tributary.datasets.glyph.GlyphDigits;
import dev.tributary.datasets.noise.NoiseOptions;
import dev.tributary.datasets.office.OfficeCaltech;
import dev.tributary.datasets.omniglot.Omniglot;
import dev.tributary.datasets.partition.PartitionOptions;
import dev.tributary.datasets.partition.SplitKind;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The section {@code data}: which data, and how they are divided over clients.
 *
 * @param source {@code glyph-digits}, {@code digits}, {@code folders}, {@code noise} or the id of a
 *     data set
 * @param path of folders: {@code path}, which holds a folder per domain with a folder per class
 * @param side of folders and office-caltech-10: {@code image-size}, to which images are resized
 * @param samplesPerClient training images a domain (of a source of domains); 0 for all
 * @param validationPerDomain validation images a domain, of glyph-digits
 * @param testPerDomain test images a domain, of glyph-digits; elsewhere at most so many are used
 * @param holdOut {@code hold-out}: ids of domains that are not trained on, for {@code test-time}
 * @param limit at most so many training images of a single source; 0 for all
 * @param partition how they are divided
 * @param noise of noise: what it looks like; empty otherwise
 */
public record DataOptions(
    String source,
    Path path,
    int side,
    int samplesPerClient,
    int validationPerDomain,
    int testPerDomain,
    List<String> holdOut,
    int limit,
    PartitionOptions partition,
    Optional<NoiseOptions> noise) {

  static final String GLYPHS = "glyph-digits";
  static final String DIGITS = "digits";
  static final String FOLDERS = "folders";
  static final String NOISE = "noise";

  /** Reads the section. */
  public static DataOptions from(Settings settings) {
    String source = settings.text("source", GLYPHS);
    if (source.equals(NOISE)) {
      return noise(NoiseOptions.from(settings));
    }
    boolean office = source.equals(OfficeCaltech.SET);
    boolean domains = source.equals(GLYPHS) || source.equals(DIGITS) || office;
    int samples = domains ? samples(settings, office) : 0;
    boolean glyphs = source.equals(GLYPHS);
    if (glyphs) {
      drawable(settings, "samples-per-client", samples);
    }
    int validation =
        glyphs
            ? drawable(
                settings, "validation-per-domain", settings.integer("validation-per-domain", 200))
            : 0;
    int test =
        glyphs
            ? drawable(settings, "test-per-domain", settings.integer("test-per-domain", 500))
            : settings.integer("test-per-domain", 0);
    settings.require(test >= 0, "test-per-domain", ">= 1, or 0 for all", test);
    boolean folders = source.equals(FOLDERS);
    Path path = Path.of(folders ? settings.text("path", "") : "");
    settings.require(
        !folders || Files.isDirectory(path),
        "path",
        "a folder that holds a folder per domain, with a folder of images per class in each",
        "'" + path + "'");
    int side = folders || office ? atLeastOne(settings, "image-size", office ? 64 : 32) : 0;
    settings.require(
        domains || folders || DataSets.all().stream().anyMatch(s -> s.id().equals(source)),
        "source",
        "one of glyph-digits, digits, folders, noise, "
            + String.join(", ", DataSets.all().stream().map(DataSet::id).toList()),
        source);
    requireAbsent(
        settings,
        domains,
        "samples-per-client",
        source,
        source.equals(Omniglot.SET) ? "which is used whole" : "which takes train-samples");
    requireAbsent(
        settings,
        glyphs,
        "validation-per-domain",
        source,
        "which keeps a tenth of its training images for validation");
    int limit = domains || source.equals(Omniglot.SET) ? 0 : settings.integer("train-samples", 0);
    settings.require(limit >= 0, "train-samples", ">= 1, or 0 for all", limit);
    return new DataOptions(
        source,
        path,
        side,
        samples,
        validation,
        test,
        settings.texts("hold-out", List.of()),
        limit,
        PartitionOptions.from(settings),
        Optional.empty());
  }

  /** Noise is made by the client: nothing is loaded and nothing divided. */
  private static DataOptions noise(NoiseOptions noise) {
    PartitionOptions made = new PartitionOptions(SplitKind.BY_DOMAIN, noise.clients(), 0.5, 2, 1);
    return new DataOptions(
        NOISE,
        Path.of(""),
        0,
        noise.samplesPerClient(),
        0,
        0,
        List.of(),
        0,
        made,
        Optional.of(noise));
  }

  private static int samples(Settings settings, boolean office) {
    String key = "samples-per-client";
    if (!office) {
      return atLeastOne(settings, key, FiveDigits.SAMPLES_PER_CLIENT);
    }
    int samples = settings.integer(key, OfficeCaltech.SAMPLES_PER_CLIENT);
    settings.require(samples >= 0, key, ">= 1, or 0 for all", samples);
    return samples;
  }

  /** A key of another source, as a scenario has it whose source was changed from outside. */
  private static void requireAbsent(
      Settings settings, boolean meant, String key, String source, String because) {
    settings.require(
        meant || !settings.has(key),
        key,
        "absent with data.source = %s, %s (--set data.%s=null)".formatted(source, because, key),
        "a value");
  }

  private static int drawable(Settings settings, String key, int images) {
    settings.require(
        images >= 1 && images <= GlyphDigits.MOST_PER_SPLIT,
        key,
        "a whole number from 1 to " + GlyphDigits.MOST_PER_SPLIT,
        images);
    return images;
  }

  private static int atLeastOne(Settings settings, String key, int fallback) {
    int value = settings.integer(key, fallback);
    settings.require(value >= 1, key, "a whole number >= 1", value);
    return value;
  }

  /** The domains of the data, whole; none with noise. */
  public List<Domain> load(DataDirectory directory, Seeds seeds) throws IOException {
    Seeds own = seeds.child("data");
    return switch (source) {
      case NOISE -> List.of();
      case GLYPHS ->
          GlyphDigits.generate(own, samplesPerClient, validationPerDomain, testPerDomain);
      case DIGITS ->
          FiveDigits.load(directory, own, samplesPerClient).stream().map(this::cap).toList();
      case OfficeCaltech.SET ->
          OfficeCaltech.load(directory, own, samplesPerClient, side).stream()
              .map(this::cap)
              .toList();
      case Omniglot.SET -> Omniglot.load(directory, own).stream().map(this::cap).toList();
      case FOLDERS ->
          SingleSource.folders(path, side, side, Map.of(), own).stream().map(this::cap).toList();
      default -> List.of(cap(SingleSource.load(source, directory, own)));
    };
  }

  private Domain cap(Domain domain) {
    var train = domain.train();
    var test = domain.test();
    return new Domain(
        domain.id(),
        domain.title(),
        limit > 0 && limit < train.size() ? train.select(first(limit)) : train,
        domain.validation(),
        testPerDomain > 0 && testPerDomain < test.size()
            ? test.select(spread(testPerDomain, test.size()))
            : test);
  }

  /** Evenly spaced places: test images may be sorted by class, and their first would be of one. */
  private static int[] spread(int n, int of) {
    return IntStream.range(0, n).map(k -> (int) ((long) k * of / n)).toArray();
  }

  private static int[] first(int n) {
    return IntStream.range(0, n).toArray();
  }

  /** What a reader of the numbers must know about the data. */
  public List<String> notes() {
    return switch (source) {
      case GLYPHS ->
          List.of(
              "glyph-digits are drawn by Tributary's own strokes, not photographed or written by"
                  + " people; compare methods on them, not with published figures");
      case DIGITS -> FiveDigits.notes();
      case OfficeCaltech.SET -> OfficeCaltech.notes(side);
      case NOISE -> List.of("noise is for measuring speed: nothing can be learned from it");
      default -> List.of();
    };
  }

  /** Whether each domain is one client. */
  boolean byDomain() {
    return partition.split() == SplitKind.BY_DOMAIN;
  }
}
