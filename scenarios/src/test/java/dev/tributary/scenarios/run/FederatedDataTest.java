package dev.tributary.scenarios.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.client.ClientData;
import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.Domain;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FederatedDataTest {
  private static final Seeds SEEDS = Seeds.root(11);
  @TempDir private Path folder;

  private FederatedData divide(Map<String, Object> settings) throws IOException {
    DataOptions options = DataOptions.from(MapSettings.of(settings));
    List<Domain> domains = options.load(DataDirectory.resolve(Optional.of(folder)), SEEDS);
    return FederatedData.divide(options, domains, SEEDS);
  }

  @Test
  void byDomainEveryClientHasItsDomainWhole() throws IOException {
    FederatedData data =
        divide(
            Map.of("samples-per-client", 20, "validation-per-domain", 10, "test-per-domain", 30));
    assertThat(data.clients().keySet())
        .containsExactly("house", "low-res", "pen", "print", "texture");
    for (ClientData client : data.clients().values()) {
      assertThat(client.domain()).isEqualTo(client.id());
      assertThat(client.train().size()).isEqualTo(20);
      assertThat(size(client, "validation")).isEqualTo(10);
      assertThat(size(client, "test")).isEqualTo(30);
    }
    assertThat(data.classes()).isEqualTo(10);
  }

  @Test
  void pooledClientsShareTheTestImagesWithoutLossOrRepeat() throws IOException {
    FederatedData data =
        divide(
            Map.of(
                "samples-per-client", 20,
                "validation-per-domain", 10,
                "test-per-domain", 11,
                "split", "iid",
                "clients", 12));
    assertThat(data.clients().firstKey()).isEqualTo("client-00");
    assertThat(data.clients().lastKey()).isEqualTo("client-11");
    assertThat(data.clients().values()).allMatch(c -> c.domain().equals("pooled"));
    assertThat(data.clients().values().stream().mapToInt(c -> c.train().size()).sum())
        .isEqualTo(5 * 20);
    assertThat(data.clients().values().stream().mapToInt(c -> size(c, "test")).sum())
        .isEqualTo(5 * 11);
    // Labels of all shares together are those of the pooled test images: 11 of each domain.
    Map<Integer, Integer> labels = new TreeMap<>();
    for (ClientData client : data.clients().values()) {
      Examples test = test(client);
      for (int i = 0; i < test.size(); i++) {
        labels.merge(test.label(i), 1, Integer::sum);
      }
    }
    assertThat(labels.values()).allMatch(n -> n >= 5 && n <= 10);
    assertThat(labels).hasSize(10);
  }

  @Test
  void foldersOfImagesBecomeDomains() throws IOException {
    for (String domain : List.of("amazon", "webcam")) {
      for (String label : List.of("bike", "mug")) {
        Path place = Files.createDirectories(folder.resolve(domain).resolve(label));
        for (int i = 0; i < 10; i++) {
          ImageIO.write(
              new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB),
              "png",
              place.resolve(i + ".png").toFile());
        }
      }
    }
    FederatedData data =
        divide(Map.of("source", "folders", "path", folder.toString(), "image-size", 8));
    assertThat(data.clients().keySet()).containsExactly("amazon", "webcam");
    assertThat(data.shape().toArray()).containsExactly(3, 8, 8);
    assertThat(data.classes()).isEqualTo(2);
    for (ClientData client : data.clients().values()) {
      assertThat(client.train().size() + size(client, "validation") + size(client, "test"))
          .isEqualTo(20);
    }
  }

  @Test
  void noiseMakesItsClientsWithoutLoadingAnything() throws IOException {
    FederatedData data =
        divide(
            Map.of(
                "source", "noise",
                "shape", List.of("1", "4", "4"),
                "classes", 3,
                "clients", 12,
                "samples-per-client", 7));
    assertThat(data.clients().firstKey()).isEqualTo("client-00");
    assertThat(data.clients()).hasSize(12);
    assertThat(data.clients().values())
        .allMatch(c -> c.train().size() == 7 && c.domain().equals("noise"));
    assertThat(data.clients().values().stream().mapToInt(c -> size(c, "test")).sum())
        .isEqualTo(100);
    assertThat(data.shape().toArray()).containsExactly(1, 4, 4);
    assertThat(data.table().size(3)).isEqualTo(7);
    assertThat(data.table().classes()).hasSize(3);
  }

  @Test
  void whatCannotBeIsSaidWithTheWayOut() {
    assertThatThrownBy(() -> DataOptions.from(MapSettings.of(Map.of("source", "minst"))))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith("source must be one of glyph-digits, digits, folders, noise, mnist")
        .hasMessageEndingWith("got minst");
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(
            () ->
                DataOptions.from(
                    MapSettings.of(Map.of("source", "folders", "path", nowhere.toString()))))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("path must be a folder")
        .hasMessageContaining(nowhere.toString());
    assertThatThrownBy(() -> DataOptions.from(MapSettings.of(Map.of("samples-per-client", 0))))
        .hasMessage("samples-per-client must be a whole number >= 1, got 0");
  }

  private static Examples test(ClientData client) {
    return client.evaluation().getOrDefault("test", client.train());
  }

  private static int size(ClientData client, String split) {
    Examples examples = client.evaluation().get(split);
    return examples == null ? -1 : examples.size();
  }
}
