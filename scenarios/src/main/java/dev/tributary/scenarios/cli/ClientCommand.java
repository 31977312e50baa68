package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tributary client}. */
@Command(
    name = "client",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Hold clients for a server in another process.",
    description = {
      "%nTakes the same scenario file and --set as the server; --out keeps the clients' local"
          + " state, so",
      "that the process can be stopped and started again.%n",
      "Example:",
      "  tributary client scenarios/quickstart.conf --set sweep=null --server 127.0.0.1:25520 \\",
      "      --name east --own print,pen --out runs/east%n"
    })
final class ClientCommand implements Callable<Integer> {
  private final Session session;
  @Mixin private RunOptions options = new RunOptions();
  @Mixin private AddressOptions address = new AddressOptions();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "This process's own port; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--server",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Where the server is.")
  private String server = "";

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "This process's name, unique in the federation.")
  private String name = "";

  @Option(
      names = "--own",
      split = ",",
      paramLabel = "ID",
      description = "The clients it holds, by id; all of the scenario's without it.")
  private List<String> own = new ArrayList<>();

  ClientCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    int colon = server.lastIndexOf(':');
    if (colon < 1 || !server.substring(colon + 1).matches("\\d{1,5}")) {
      throw new Failure(
          ExitCode.USAGE, "--server must be HOST:PORT, for example 127.0.0.1:25520, got " + server);
    }
    int serverPort =
        AddressOptions.valid("--server", Integer.parseInt(server.substring(colon + 1)), 1);
    Requests.Client request =
        new Requests.Client(
            options.request(),
            name,
            List.copyOf(own),
            server.substring(0, colon),
            serverPort,
            address.host(),
            AddressOptions.valid("--port", port, 0));
    return session.backend().get().client(request, session.console()).code();
  }
}
