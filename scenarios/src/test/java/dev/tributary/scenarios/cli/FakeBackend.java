package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Remembers what it was asked, and answers as it is told. */
final class FakeBackend implements Backend {
  final List<Record> requests = new ArrayList<>();
  RuntimeException failure = new Failure(ExitCode.OK, "");

  private ExitCode answer(Record request) {
    requests.add(request);
    if (failure instanceof Failure f && f.code() == ExitCode.OK) {
      return ExitCode.OK;
    }
    throw failure;
  }

  @Override
  public ExitCode run(Requests.Run request, Console console) {
    return answer(request);
  }

  @Override
  public ExitCode resume(Requests.Resume request, Console console) {
    return answer(request);
  }

  @Override
  public ExitCode server(Requests.Server request, Console console) {
    return answer(request);
  }

  @Override
  public ExitCode client(Requests.Client request, Console console) {
    return answer(request);
  }

  @Override
  public ClassCounts preview(Requests.Preview request, Console console) {
    Map<String, int[]> counts = new LinkedHashMap<>();
    counts.put("print", new int[] {10, 20});
    counts.put("pen", new int[] {1, 2});
    return new ClassCounts("client", counts);
  }

  @Override
  public Map<String, String> engineFingerprint() {
    throw new UnsatisfiedLinkError("no jnind4jcpu");
  }
}
