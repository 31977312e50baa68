package dev.tributary.protocol;

import com.google.protobuf.ByteString;
import dev.tributary.engine.training.Evaluation;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRefResolver;

/**
 * One message of each type, all fields set, with its manifest and its bytes written by hand.
 *
 * @param manifest also the name of its golden file
 * @param envelopeField its field in the envelope
 */
record Sample(String manifest, int envelopeField, Wire message, ProtoBytes body) {
  static final String SOURCE = "pekko://tributary@10.0.0.7:17355/user/blobs#1234567";
  static final String REPLY_TO = "pekko://tributary@10.0.0.8:17355/user/host#-7654321";

  byte[] bytes() {
    return new ProtoBytes().number(1, 1).message(envelopeField, body).done();
  }

  @Override
  public String toString() {
    return manifest;
  }

  /** The references in them are remote ones, so the resolver must be of a system with remoting. */
  static List<Sample> all(ActorRefResolver refs) {
    BlobRef ref = new BlobRef("round-3", 56_876_905L, refs.resolveActorRef(SOURCE));
    return List.of(
        new Sample(
            "join",
            2,
            new ServerMessage.Join(
                "host-1",
                "5ce0",
                unsorted("isa", "avx2", "blas", "onednn"),
                List.of(
                    new ClientFacts("mnist-0", "mnist", 743),
                    new ClientFacts("svhn-0", "Straßen", 2_147_483_647)),
                refs.resolveActorRef(REPLY_TO)),
            new ProtoBytes()
                .text(1, "host-1")
                .text(2, "5ce0")
                .message(3, new ProtoBytes().text(1, "blas").text(2, "onednn"))
                .message(3, new ProtoBytes().text(1, "isa").text(2, "avx2"))
                .message(4, new ProtoBytes().text(1, "mnist-0").text(2, "mnist").number(3, 743))
                .message(
                    4,
                    new ProtoBytes().text(1, "svhn-0").text(2, "Straßen").number(3, 2_147_483_647))
                .text(5, REPLY_TO)),
        new Sample(
            "joined", 3, new HostMessage.Joined("host-1"), new ProtoBytes().text(1, "host-1")),
        new Sample(
            "join-refused",
            4,
            new HostMessage.JoinRefused(RefusalCode.WRONG_ENGINE, "isa is sse4, expected avx2"),
            new ProtoBytes().number(1, 15).text(2, "isa is sse4, expected avx2")),
        new Sample(
            "train",
            5,
            new HostMessage.Train(3, "mnist-0", ref, "ab12", refs.resolveActorRef(REPLY_TO)),
            new ProtoBytes()
                .number(1, 3)
                .text(2, "mnist-0")
                .message(3, blob())
                .text(4, "ab12")
                .text(5, REPLY_TO)),
        new Sample(
            "evaluate",
            6,
            new HostMessage.Evaluate(
                300,
                "mnist-0",
                ref,
                "ab12",
                new LinkedHashSet<>(List.of("validation", "test")),
                refs.resolveActorRef(REPLY_TO)),
            new ProtoBytes()
                .number(1, 300)
                .text(2, "mnist-0")
                .message(3, blob())
                .text(4, "ab12")
                .text(5, "test")
                .text(5, "validation")
                .text(6, REPLY_TO)),
        new Sample(
            "finished",
            7,
            new HostMessage.Finished(true, "100 rounds"),
            new ProtoBytes().number(1, 1).text(2, "100 rounds")),
        new Sample(
            "updated",
            8,
            new RoundMessage.Updated(
                3, "mnist-0", 743, 7_430_000_000L, 240, 1.25, 0.5, 12.75, "cd34", ref),
            new ProtoBytes()
                .number(1, 3)
                .text(2, "mnist-0")
                .number(3, 743)
                .number(4, 7_430_000_000L)
                .number(5, 240)
                .real(6, 1.25)
                .real(7, 0.5)
                .real(8, 12.75)
                .text(9, "cd34")
                .message(10, blob())),
        new Sample(
            "evaluated",
            9,
            new RoundMessage.Evaluated(
                3,
                "mnist-0",
                unsorted(
                    "validation",
                    new Evaluation(100, 99, 3.5),
                    "test",
                    new Evaluation(5_000_000_000L, 4_999_999_999L, 1e9)),
                0.125),
            new ProtoBytes()
                .number(1, 3)
                .text(2, "mnist-0")
                .message(
                    3,
                    new ProtoBytes()
                        .text(1, "test")
                        .number(2, 5_000_000_000L)
                        .number(3, 4_999_999_999L)
                        .real(4, 1e9))
                .message(
                    3,
                    new ProtoBytes()
                        .text(1, "validation")
                        .number(2, 100)
                        .number(3, 99)
                        .real(4, 3.5))
                .real(4, 0.125)),
        new Sample(
            "refused",
            10,
            new RoundMessage.Refused(3, "mnist-0", RefusalCode.LOCAL_STATE_MISSING, "no ab12"),
            new ProtoBytes().number(1, 3).text(2, "mnist-0").number(3, 12).text(4, "no ab12")),
        new Sample(
            "pull",
            11,
            new BlobCommand.Pull(
                "round-3", 5_000_000_000L, 196_608, refs.resolveActorRef(REPLY_TO)),
            new ProtoBytes()
                .text(1, "round-3")
                .number(2, 5_000_000_000L)
                .number(3, 196_608)
                .text(4, REPLY_TO)),
        new Sample(
            "release", 12, new BlobCommand.Release("round-3"), new ProtoBytes().text(1, "round-3")),
        new Sample(
            "chunk",
            13,
            new BlobCommand.Chunk(
                "round-3", 196_608, ByteString.copyFrom(new byte[] {0, -1, 127, -128})),
            new ProtoBytes()
                .text(1, "round-3")
                .number(2, 196_608)
                .bytes(3, new byte[] {0, -1, 127, -128})),
        new Sample(
            "gone", 14, new BlobCommand.Gone("round-3"), new ProtoBytes().text(1, "round-3")));
  }

  /** Iterates in another order than the one on the wire. */
  private static <V> Map<String, V> unsorted(String first, V a, String second, V b) {
    Map<String, V> map = new LinkedHashMap<>();
    map.put(first, a);
    map.put(second, b);
    return map;
  }

  private static ProtoBytes blob() {
    return new ProtoBytes().text(1, "round-3").number(2, 56_876_905L).text(3, SOURCE);
  }
}
