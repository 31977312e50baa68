package dev.tributary.scenarios.output;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Rounds of clients with streams, with made-up numbers. */
public final class StreamSamples {
  private StreamSamples() {}

  /**
   * A client at a task, evaluated on ten examples of each task; not evaluated without counts.
   *
   * @param correct by task: among all classes; one more among the task's own
   */
  public static StreamRecord at(int task, long... correct) {
    List<Long> counts = Arrays.stream(correct).boxed().toList();
    return new StreamRecord(
        task,
        IntStream.range(0, counts.size())
            .mapToObj(t -> new TaskMetrics(t, 10, counts.get(t), counts.get(t) + 1, 1))
            .toList());
  }

  /** {@link Samples#round} with what clients have met. */
  public static RoundRecord round(int round, Map<String, StreamRecord> streams) {
    Map<String, Object> fields = new LinkedHashMap<>();
    Json.object(Json.line(Samples.round(round)))
        .forEach((key, value) -> fields.put(String.valueOf(key), value));
    fields.put("streams", Json.object(Json.line(streams)));
    return JsonRecords.read(RoundRecord.class, fields);
  }
}
