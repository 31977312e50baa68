package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever arrives: a message or a {@link NotSerializableException}, and little memory for it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
class FederationSerializerFuzzTest {
  /** A message, its exception and Pekko's references; what lengths claim would be far more. */
  private static final long SMALL = 4 << 20;

  private ActorTestKit kit;
  private FederationSerializer serializer;
  private List<Sample> samples;

  @BeforeAll
  void start() throws NotSerializableException {
    kit = RemotePair.system("fuzz");
    samples = Sample.all(ActorRefResolver.get(kit.system()));
    serializer =
        (FederationSerializer)
            SerializationExtension.get(Adapter.toClassic(kit.system()))
                .serializerFor(HostMessage.Joined.class);
  }

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  Stream<Sample> samples() {
    return samples.stream();
  }

  /** Whether it was taken, from an array and from a buffer alike; anything else thrown fails. */
  private boolean taken(byte[] bytes, String manifest) throws Throwable {
    boolean[] taken = new boolean[2];
    long allocated =
        Allocation.during(
            () -> {
              taken[0] = takenFrom(() -> serializer.fromBinary(bytes, manifest));
              taken[1] = takenFrom(() -> serializer.fromBinary(ByteBuffer.wrap(bytes), manifest));
            });
    assertThat(allocated).isLessThan(SMALL);
    assertThat(taken[0]).isEqualTo(taken[1]);
    return taken[0];
  }

  private interface Read {
    Object call() throws NotSerializableException;
  }

  private static boolean takenFrom(Read read) {
    try {
      return read.call() instanceof Wire;
    } catch (NotSerializableException e) {
      assertThat(e).hasCauseInstanceOf(WireException.class);
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void truncatedAnywhere(Sample sample) throws Throwable {
    byte[] bytes = sample.bytes();
    for (int length = 0; length < bytes.length; length++) {
      assertThat(taken(Arrays.copyOf(bytes, length), sample.manifest())).isFalse();
    }
    assertThat(taken(bytes, sample.manifest())).isTrue();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void bytesReplaced(Sample sample) throws Throwable {
    byte[] bytes = sample.bytes();
    RandomStream random = Seeds.root(3).child(sample.manifest()).stream();
    int refused = 0;
    for (int run = 0; run < 2_000; run++) {
      byte[] changed = bytes.clone();
      int changes = 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      refused += taken(changed, sample.manifest()) ? 0 : 1;
    }
    assertThat(refused).isPositive();
  }

  @Test
  void noise() throws Throwable {
    RandomStream random = Seeds.root(3).child("noise").stream();
    for (int run = 0; run < 20_000; run++) {
      byte[] noise = new byte[random.nextInt(100)];
      random.nextBytes(noise);
      assertThat(taken(noise, samples.get(random.nextInt(samples.size())).manifest())).isFalse();
    }
  }

  /** A field of 2 GiB in a message of some bytes. */
  @Test
  void oversizedLengths() throws Throwable {
    byte[] start = new ProtoBytes().number(1, 1).done();
    for (Sample sample : samples) {
      byte[] bytes = Arrays.copyOf(start, start.length + 7);
      bytes[start.length] = (byte) ((sample.envelopeField() << 3) | 2);
      Arrays.fill(bytes, start.length + 1, start.length + 5, (byte) 0xff);
      bytes[start.length + 5] = 0x07;
      assertThat(taken(bytes, sample.manifest())).isFalse();
    }
  }

  @Test
  void nestedWithoutEnd() {
    byte[] groups = new byte[200_000];
    Arrays.fill(groups, (byte) ((15 << 3) | 3));
    assertThatThrownBy(() -> serializer.fromBinary(groups, "joined"))
        .isInstanceOf(NotSerializableException.class);
  }
}
