package dev.tributary.datasets.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file server on loopback that can break off, ignore ranges, refuse, or change a file. */
final class FileServer implements AutoCloseable {
  /** How a file is served. */
  static final class Served {
    byte[] bytes;
    String etag = "\"v1\"";
    int status = 200;
    boolean ranges = true;

    /** Break off after so many bytes of a body, this many times. */
    int breakAfter = -1;

    int breaks = 0;

    Served(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  private final HttpServer server;
  private final Map<String, Served> files = Collections.synchronizedMap(new HashMap<>());
  final List<String> ranges = Collections.synchronizedList(new ArrayList<>());

  FileServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  Served serve(String path, byte[] bytes) {
    Served served = new Served(bytes);
    files.put(path, served);
    return served;
  }

  URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String range = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).orElse("");
      ranges.add(range);
      Served served = files.get(exchange.getRequestURI().getPath());
      if (served == null || served.status != 200) {
        exchange.sendResponseHeaders(served == null ? 404 : served.status, -1);
        return;
      }
      exchange.getResponseHeaders().set("ETag", served.etag);
      int start = start(exchange, served, range);
      if (start > 0 && start >= served.bytes.length) {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + served.bytes.length);
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      byte[] body = Arrays.copyOfRange(served.bytes, start, served.bytes.length);
      if (start > 0) {
        exchange
            .getResponseHeaders()
            .set(
                "Content-Range",
                "bytes " + start + "-" + (served.bytes.length - 1) + "/" + served.bytes.length);
      }
      exchange.sendResponseHeaders(start > 0 ? 206 : 200, body.length);
      OutputStream out = exchange.getResponseBody();
      if (served.breaks > 0 && served.breakAfter < body.length) {
        served.breaks--;
        out.write(body, 0, served.breakAfter);
        out.flush();
        return; // closing the exchange early closes the connection
      }
      out.write(body);
      out.close();
    }
  }

  private static int start(HttpExchange exchange, Served served, String range) {
    String condition = exchange.getRequestHeaders().getFirst("If-Range");
    boolean same = condition == null || condition.equals(served.etag);
    return served.ranges && same && range.startsWith("bytes=")
        ? Integer.parseInt(range.substring("bytes=".length(), range.length() - 1))
        : 0;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
