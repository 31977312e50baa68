package dev.tributary.scenarios.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tributary server}. */
@Command(
    name = "server",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Lead a federation whose clients are other processes.",
    description = {
      "%nTakes the same scenario file as run does and gives the same weights, bit for bit. Waits"
          + " until",
      "all clients of the scenario have joined. --out is needed: the same command, with the same"
          + " directory,",
      "goes on after a stop. A server leads one run, so a scenario with a sweep needs --set"
          + " sweep=null.%n",
      "Example, in three terminals:",
      "  tributary server scenarios/quickstart.conf --set sweep=null --port 25520 \\",
      "      --out runs/federation",
      "  tributary client scenarios/quickstart.conf --set sweep=null --server 127.0.0.1:25520 \\",
      "      --name east --own print,pen",
      "  tributary client scenarios/quickstart.conf --set sweep=null --server 127.0.0.1:25520 \\",
      "      --name west --own texture,house,low-res%n"
    })
final class ServerCommand implements Callable<Integer> {
  private final Session session;
  @Mixin private RunOptions options = new RunOptions();
  @Mixin private AddressOptions address = new AddressOptions();

  @Option(
      names = "--port",
      required = true,
      paramLabel = "PORT",
      description = "A fixed port, 1 to 65535: clients and a server that goes on find it again.")
  private int port;

  ServerCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Requests.Server request =
        new Requests.Server(
            options.request(), address.host(), AddressOptions.valid("--port", port, 1));
    return session.backend().get().server(request, session.console()).code();
  }
}
