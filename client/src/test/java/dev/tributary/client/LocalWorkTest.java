package dev.tributary.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.algorithms.federated.FedAvg;
import dev.tributary.algorithms.federated.FedBn;
import dev.tributary.algorithms.federated.SiloBn;
import dev.tributary.algorithms.federated.Standalone;
import dev.tributary.algorithms.federated.Weighting;
import dev.tributary.client.LocalWork.LocalRefusal;
import dev.tributary.client.LocalWork.Trained;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSubset;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.protocol.BlobCommand;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.HostMessage.Evaluate;
import dev.tributary.protocol.HostMessage.Train;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorCodec.Encoding;
import dev.tributary.protocol.WireOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalWorkTest {
  private static final FederatedAlgorithm FEDAVG =
      new FedAvg("fedavg", ModelFilling.BATCH_NORM, Weighting.EXAMPLES);
  private static final FederatedAlgorithm FEDBN = new FedBn(Weighting.EXAMPLES);
  private static final WireOptions FEEDBACK = new WireOptions(Encoding.FP32, Encoding.INT4, true);

  private static ActorTestKit kit;
  private static ActorRef<RoundMessage> round;
  private static ActorRef<BlobCommand> source;

  @TempDir private Path folder;
  private final FakeTrainer trainer = new FakeTrainer();
  private final ClientData client = FakeTrainer.client("a", 7);

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create(HostTest.SERIALIZED);
    round = kit.createTestProbe(RoundMessage.class).getRef();
    source = kit.createTestProbe(BlobCommand.class).getRef();
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  private LocalWork work(FederatedAlgorithm algorithm) {
    return work(algorithm, folder);
  }

  private static LocalWork work(FederatedAlgorithm algorithm, Path folder) {
    LocalStates states =
        new LocalStates(folder, LocalWork.localPart(algorithm, FakeTrainer.INITIAL).layout());
    return new LocalWork(algorithm, FakeTrainer.INITIAL, states, WireOptions.FP32, Seeds.root(1));
  }

  private static ParameterSubset shared(FederatedAlgorithm algorithm) {
    return FakeTrainer.LAYOUT.select(algorithm.sharedRoles());
  }

  private static ByteString weights(FederatedAlgorithm algorithm, float... values) {
    return TensorCodec.encode(
        ParameterVector.of(shared(algorithm).layout(), values), Encoding.FP32);
  }

  private Trained train(LocalWork work, int number, String state, ByteString weights)
      throws Exception {
    return work.train(order(number, state), weights, client, trainer);
  }

  private static Train order(int number, String state) {
    return new Train(number, "a", new BlobRef("w", 1, source), state, round);
  }

  private static Evaluate evaluation(int number, String state, String... splits) {
    return new Evaluate(number, "a", new BlobRef("w", 1, source), state, Set.of(splits), round);
  }

  private static ParameterVector delta(FederatedAlgorithm algorithm, Trained trained)
      throws Exception {
    return TensorCodec.decode(trained.delta(), shared(algorithm).layout(), 10_000);
  }

  private List<String> files() throws Exception {
    try (var files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> folder.relativize(f).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void whatStaysHereMustBeFiniteAsWhatTravelsMust() throws Exception {
    LocalWork work = work(FEDBN);
    assertThatExceptionOfType(LocalWork.LocalRefusal.class)
        .isThrownBy(
            () ->
                work.train(
                    order(1, ""), weights(FEDBN, 1, 2), FakeTrainer.client("a", 14), trainer))
        .withMessageContaining("element 0 of bn.shift")
        .withMessageContaining("is NaN after training, and all elements must be finite")
        .extracting(LocalWork.LocalRefusal::code)
        .isEqualTo(RefusalCode.NOT_FINITE);
    assertThat(files()).isEmpty();
  }

  @Test
  void fedBnSendsNoNormalisationAndRestoresItToTheBit() throws Exception {
    LocalWork work = work(FEDBN);
    Trained first = train(work, 1, "", weights(FEDBN, 10, 20));
    assertThat(trainer.starts.getFirst().toArray())
        .as("what was sent, and the initial normalisation")
        .containsExactly(10, 20, 1, -0f, 0, 1);
    float[] end = trainer.ends.getFirst().toArray();
    ParameterVector delta = delta(FEDBN, first);
    assertThat(delta.layout().specs()).extracting(s -> s.name()).containsExactly("conv.weight");
    assertThat(delta.toArray()).containsExactly(end[0] - 10, end[1] - 20);
    assertThat(first.deltaNorm()).isEqualTo(delta.norm());

    // The server's weights are others now, and a fresh process reads the state from the disk.
    train(work(FEDBN), 2, first.localState(), weights(FEDBN, -1, -2));
    float[] second = trainer.starts.get(1).toArray();
    assertThat(second).containsExactly(-1, -2, end[2], end[3], end[4], end[5]);
  }

  @Test
  void siloBnKeepsOnlyTheStatistics() throws Exception {
    FederatedAlgorithm silo = new SiloBn(Weighting.EXAMPLES);
    LocalWork work = work(silo);
    Trained first = train(work, 1, "", weights(silo, 1, 2, 3, 4));
    float[] end = trainer.ends.getFirst().toArray();
    assertThat(delta(silo, first).size()).isEqualTo(4);
    train(work, 2, first.localState(), weights(silo, 5, 6, 7, 8));
    assertThat(trainer.starts.get(1).toArray()).containsExactly(5, 6, 7, 8, end[4], end[5]);
  }

  @Test
  void fedAvgKeepsNothingOnDisk() throws Exception {
    Trained trained = train(work(FEDAVG), 1, "", weights(FEDAVG, 1, 2, 3, 4, 5, 6));
    assertThat(trained.localState()).isEmpty();
    assertThat(delta(FEDAVG, trained).size()).isEqualTo(6);
    assertThat(trainer.starts.getFirst().toArray()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(files()).isEmpty();
  }

  @Test
  void standaloneSendsAnEmptyDeltaAndGoesOnFromItsOwnWeights() throws Exception {
    FederatedAlgorithm alone = new Standalone();
    Trained first = train(work(alone), 1, "", weights(alone));
    assertThat(trainer.starts.getFirst()).isEqualTo(FakeTrainer.INITIAL);
    assertThat(delta(alone, first).size()).isZero();
    assertThat(first.deltaNorm()).isZero();
    train(work(alone), 2, first.localState(), weights(alone));
    assertThat(trainer.starts.get(1)).isEqualTo(trainer.ends.getFirst());
  }

  @Test
  void aStateThatIsNotThereIsNotMadeUp() throws Exception {
    LocalWork work = work(FEDBN);
    train(work, 1, "", weights(FEDBN, 1, 2));
    for (String hash : List.of("ab".repeat(32), "short")) {
      assertThatExceptionOfType(LocalRefusal.class)
          .isThrownBy(() -> train(work, 2, hash, weights(FEDBN, 1, 2)))
          .withMessageContaining(hash.substring(0, 5))
          .withMessageContaining("folder")
          .matches(e -> e.code() == RefusalCode.LOCAL_STATE_MISSING);
    }
    assertThat(trainer.starts).hasSize(1);
  }

  @Test
  void aStateThatIsDamagedIsNamedAndNotUsed() throws Exception {
    LocalWork work = work(FEDBN);
    Trained first = train(work, 1, "", weights(FEDBN, 1, 2));
    Path file = folder.resolve(files().getFirst());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 40] ^= 4;
    Files.write(file, bytes);
    assertThatExceptionOfType(LocalRefusal.class)
        .isThrownBy(() -> train(work, 2, first.localState(), weights(FEDBN, 1, 2)))
        .withMessageContaining("damaged")
        .withMessageContaining(file.getFileName().toString())
        .matches(e -> e.code() == RefusalCode.LOCAL_STATE_MISSING);
  }

  /** The server refused round 2's update, so its record still names round 1's state. */
  @Test
  void theStateOfARefusedRoundIsNotUsed() throws Exception {
    LocalWork work = work(FEDBN);
    Trained first = train(work, 1, "", weights(FEDBN, 1, 2));
    Trained refused = train(work, 2, first.localState(), weights(FEDBN, 3, 4));
    Trained third = train(work, 3, first.localState(), weights(FEDBN, 3, 4));
    float[] kept = trainer.ends.getFirst().toArray();
    assertThat(trainer.starts.get(2).toArray())
        .containsExactly(3, 4, kept[2], kept[3], kept[4], kept[5]);
    assertThat(third.localState()).isNotEqualTo(refused.localState());
    assertThatExceptionOfType(LocalRefusal.class)
        .isThrownBy(() -> train(work, 4, refused.localState(), weights(FEDBN, 3, 4)));
  }

  @Test
  void aRoundThatIsRunAgainGivesTheSameBits() throws Exception {
    Trained first = train(work(FEDBN), 1, "", weights(FEDBN, 1, 2));
    Trained second = train(work(FEDBN), 2, first.localState(), weights(FEDBN, 3, 4));
    Trained third = train(work(FEDBN), 3, second.localState(), weights(FEDBN, 5, 6));
    List<String> files = files();
    // The server goes back to its last checkpoint but one, after round 1: all three are there.
    Trained secondAgain = train(work(FEDBN), 2, first.localState(), weights(FEDBN, 3, 4));
    assertThat(secondAgain.delta()).isEqualTo(second.delta());
    assertThat(secondAgain.localState()).isEqualTo(second.localState());
    Trained thirdAgain = train(work(FEDBN), 3, second.localState(), weights(FEDBN, 5, 6));
    assertThat(thirdAgain.delta()).isEqualTo(third.delta());
    assertThat(thirdAgain.localState()).isEqualTo(third.localState());
    assertThat(files()).isEqualTo(files).hasSize(3);
  }

  @Test
  void roundsAndClientsDrawDifferently() throws Exception {
    Trained one = train(work(FEDAVG), 1, "", weights(FEDAVG, 0, 0, 0, 0, 0, 0));
    Trained two = train(work(FEDAVG), 2, "", weights(FEDAVG, 0, 0, 0, 0, 0, 0));
    Trained other =
        work(FEDAVG)
            .train(
                new Train(1, "b", new BlobRef("w", 1, source), "", round),
                weights(FEDAVG, 0, 0, 0, 0, 0, 0),
                FakeTrainer.client("b", 7),
                trainer);
    assertThat(Set.of(one.delta(), two.delta(), other.delta())).hasSize(3);
  }

  private LocalWork feedback(FederatedAlgorithm algorithm) {
    LocalStates states = new LocalStates(folder, feedbackStates(algorithm));
    return new LocalWork(algorithm, FakeTrainer.INITIAL, states, FEEDBACK, Seeds.root(1));
  }

  private static ParameterLayout feedbackStates(FederatedAlgorithm algorithm) {
    return LocalWork.kept(FakeTrainer.INITIAL, algorithm, FEEDBACK, null);
  }

  /** What two deltas in codes and the state after them hold is what two trainings moved. */
  @Test
  void whatCodesLeaveOutStaysWithTheClientAndGoesUpLater() throws Exception {
    Trained first = train(feedback(FEDBN), 1, "", weights(FEDBN, 10, 20));
    assertThat(files()).hasSize(1);
    // A fresh process reads the state from the disk.
    Trained second = train(feedback(FEDBN), 2, first.localState(), weights(FEDBN, 30, 40));
    float[] once = trainer.ends.get(0).toArray();
    float[] twice = trainer.ends.get(1).toArray();
    ParameterLayout kept = feedbackStates(FEDBN);
    float[] residual =
        new LocalStates(folder, kept)
            .load("a", second.localState())
            .orElseThrow()
            .toArray(kept.spec("delta.residual"));
    assertThat(residual).hasSize(2);
    float[] sums = new float[2];
    for (int i = 0; i < 2; i++) {
      sums[i] = delta(FEDBN, first).get(i) + delta(FEDBN, second).get(i) + residual[i];
    }
    assertThat(sums[0]).isCloseTo((once[0] - 10) + (twice[0] - 30), within(1e-6f));
    assertThat(sums[1]).isCloseTo((once[1] - 20) + (twice[1] - 40), within(1e-6f));
    assertThat(Math.abs(residual[0]) + Math.abs(residual[1])).isPositive();
    // What is the client's own part of the model is not disturbed by it.
    assertThat(trainer.starts.get(1).toArray())
        .containsExactly(30, 40, once[2], once[3], once[4], once[5]);
  }

  @Test
  void codesOfARoundThatIsRunAgainAreTheSame() throws Exception {
    for (FederatedAlgorithm algorithm : List.of(FEDAVG, FEDBN)) {
      ByteString start =
          algorithm.equals(FEDAVG) ? weights(FEDAVG, 1, 2, 3, 4, 5, 6) : weights(FEDBN, 1, 2);
      Trained first = train(feedback(algorithm), 1, "", start);
      Trained second = train(feedback(algorithm), 2, first.localState(), start);
      Trained again = train(feedback(algorithm), 2, first.localState(), start);
      assertThat(again.delta()).isEqualTo(second.delta());
      assertThat(again.localState()).isEqualTo(second.localState());
    }
  }

  @Test
  void withoutFeedbackCodesAreDrawnFromRoundAndClientAndNothingStays() throws Exception {
    WireOptions wire = new WireOptions(Encoding.FP32, Encoding.INT4, false);
    LocalStates none =
        new LocalStates(folder, LocalWork.kept(FakeTrainer.INITIAL, FEDAVG, wire, null));
    LocalWork work = new LocalWork(FEDAVG, FakeTrainer.INITIAL, none, wire, Seeds.root(1));
    ByteString start = weights(FEDAVG, 1, 2, 3, 4, 5, 6);
    Trained once = train(work, 1, "", start);
    assertThat(train(work, 1, "", start).delta()).isEqualTo(once.delta());
    assertThat(once.localState()).isEmpty();
    assertThat(files()).isEmpty();
    // Running statistics are not in codes.
    float[] end = trainer.ends.getFirst().toArray();
    assertThat(delta(FEDAVG, once).get(4)).isEqualTo(end[4] - 5);
    assertThat(delta(FEDAVG, once).get(5)).isEqualTo(end[5] - 6);
  }

  @Test
  void evaluatesTheMergedModelOnTheSplitsAskedFor() throws Exception {
    LocalWork work = work(FEDBN);
    Trained first = train(work, 1, "", weights(FEDBN, 1, 2));
    var results =
        work.evaluate(
            evaluation(1, first.localState(), "validation", "test", "unheard-of"),
            weights(FEDBN, 8, 9),
            client,
            trainer);
    assertThat(results.results())
        .containsOnly(
            Map.entry("validation", new Evaluation(4, 1, 0.5)),
            Map.entry("test", Evaluation.NONE),
            Map.entry("unheard-of", Evaluation.NONE));
    float[] end = trainer.ends.getFirst().toArray();
    assertThat(trainer.evaluated).hasSize(1);
    assertThat(trainer.evaluated.getFirst().toArray())
        .containsExactly(8, 9, end[2], end[3], end[4], end[5]);
    assertThat(files()).as("an evaluation keeps nothing").hasSize(1);
  }

  @Test
  void weightsOfAnotherLayoutAreRefusedWithTheirCode() {
    assertThatExceptionOfType(LocalRefusal.class)
        .isThrownBy(() -> train(work(FEDBN), 1, "", weights(FEDAVG, 1, 2, 3, 4, 5, 6)))
        .matches(e -> e.code() == RefusalCode.WRONG_LAYOUT);
  }

  @Test
  void statesOfAnotherAlgorithmAreRefused() {
    LocalStates states = new LocalStates(folder, FakeTrainer.LAYOUT);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new LocalWork(FEDBN, FakeTrainer.INITIAL, states, WireOptions.FP32, Seeds.root(1)))
        .withMessageContaining(FakeTrainer.LAYOUT.fingerprint());
  }

  @Test
  void aStateThatDoesNotChangeIsOneFile() throws Exception {
    LocalStates states = new LocalStates(folder, FakeTrainer.LAYOUT);
    String hash = states.save("a", 1, "", FakeTrainer.INITIAL);
    for (int number = 2; number < 6; number++) {
      assertThat(states.save("a", number, hash, FakeTrainer.INITIAL)).isEqualTo(hash);
    }
    assertThat(files()).hasSize(1);
    assertThat(states.load("a", hash)).contains(FakeTrainer.INITIAL);
    assertThat(states.load("b", hash)).as("another client's").isEmpty();
  }
}
