package dev.tributary.scenarios.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file with the curves of a run. It is a picture of {@code metrics.jsonl},
 * drawn anew whenever that grows, so the two never disagree after a resume.
 *
 * <p>Format: TFRecord frames (length, masked CRC-32C of it, the bytes, masked CRC-32C of them)
 * around {@code tensorflow.Event} messages; sources: TensorFlow's {@code record_writer.cc}, {@code
 * event.proto} and {@code summary.proto}.
 */
public final class TensorBoardLog {
  /** One name for ever: TensorBoard wants "tfevents" in it, and a run has one writer. */
  public static final String FILE = "events.out.tfevents.0.tributary";

  private TensorBoardLog() {}

  /**
   * Writes the event file of these rounds into {@code directory}.
   *
   * @param startSeconds when the run began, in seconds since 1970; events are placed after it by
   *     the rounds' own durations
   */
  public static void write(Path directory, List<RoundRecord> rounds, double startSeconds) {
    AtomicFiles.write(
        directory.resolve(FILE),
        out -> {
          double time = startSeconds;
          out.write(frame(version(time)));
          for (RoundRecord round : rounds) {
            time += round.seconds();
            for (Map.Entry<String, Double> scalar : scalars(round).entrySet()) {
              if (!Double.isNaN(scalar.getValue())) {
                out.write(
                    frame(
                        event(
                            time, round.round(), scalar.getKey(), scalar.getValue().floatValue())));
              }
            }
          }
        });
  }

  /** The curves of one round by tag. */
  static Map<String, Double> scalars(RoundRecord round) {
    Map<String, Double> scalars = new TreeMap<>();
    scalars.put("train/loss", round.meanTrainLoss());
    scalars.put("train/samples_per_second", round.samplesPerSecond());
    scalars.put("accuracy_test/mean", round.meanTestAccuracy());
    scalars.put("accuracy_validation/mean", round.meanValidationAccuracy());
    round.test().forEach((d, m) -> scalars.put("accuracy_test/" + d, m.accuracy()));
    round.validation().forEach((d, m) -> scalars.put("accuracy_validation/" + d, m.accuracy()));
    round.clientDivergence().forEach((c, v) -> scalars.put("divergence/" + c, v));
    round.bytesUp().forEach((k, v) -> scalars.put("bytes_up/" + k, v.doubleValue()));
    round.bytesDown().forEach((k, v) -> scalars.put("bytes_down/" + k, v.doubleValue()));
    round
        .streams()
        .forEach(
            (client, stream) ->
                stream
                    .tasks()
                    .forEach(
                        t ->
                            scalars.put(
                                "accuracy_task_%03d/%s".formatted(t.task(), client),
                                (double) t.correct() / t.examples())));
    scalars.put("federation/received", (double) round.received());
    scalars.put("federation/refused", (double) round.refused());
    scalars.put("time/round_seconds", round.seconds());
    return scalars;
  }

  private static byte[] frame(byte[] data) {
    ByteBuffer frame = ByteBuffer.allocate(8 + 4 + data.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(data.length);
    frame.putInt(maskedCrc(frame.array(), 0, 8));
    frame.put(data);
    frame.putInt(maskedCrc(frame.array(), 12, data.length));
    return frame.array();
  }

  private static int maskedCrc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    int value = (int) crc.getValue();
    return Integer.rotateRight(value, 15) + 0xa282ead8;
  }

  /** {@code Event { wall_time = 1, file_version = 3 }}, which every file begins with. */
  private static byte[] version(double time) throws IOException {
    Message event = new Message();
    event.fixed64(1, time);
    event.bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
    return event.toByteArray();
  }

  /** {@code Event { wall_time = 1, step = 2, summary = 5 { value = 1 { tag = 1, simple = 2 }}}}. */
  private static byte[] event(double time, long step, String tag, float number) throws IOException {
    Message value = new Message();
    value.bytes(1, tag.getBytes(StandardCharsets.UTF_8));
    value.fixed32(2, number);
    Message summary = new Message();
    summary.bytes(1, value.toByteArray());
    Message event = new Message();
    event.fixed64(1, time);
    event.varint(2, step);
    event.bytes(5, summary.toByteArray());
    return event.toByteArray();
  }

  /** The few protobuf wire types that events need. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void varint(int field, long value) throws IOException {
      number((long) field << 3, out);
      number(value, out);
    }

    void fixed64(int field, double value) throws IOException {
      number(((long) field << 3) | 1, out);
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
    }

    void bytes(int field, byte[] value) throws IOException {
      number(((long) field << 3) | 2, out);
      number(value.length, out);
      out.write(value);
    }

    void fixed32(int field, float value) throws IOException {
      number(((long) field << 3) | 5, out);
      out.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }

    private static void number(long value, OutputStream out) throws IOException {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
