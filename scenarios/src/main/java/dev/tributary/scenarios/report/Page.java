package dev.tributary.scenarios.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Builds one self-contained HTML page: no scripts, no fonts, nothing fetched. */
final class Page {
  private final StringBuilder body = new StringBuilder();
  private final String title;

  Page(String title) {
    this.title = title;
  }

  /** Adds HTML as it is. */
  Page html(String html) {
    body.append(html).append('\n');
    return this;
  }

  /** The head of the page; {@code leadHtml} may have markup. */
  Page header(String kicker, String heading, String leadHtml) {
    return html(
        "<header><p class=\"kicker\">%s</p><h1>%s</h1><p class=\"lead\">%s</p></header>"
            .formatted(Format.escape(kicker), Format.escape(heading), leadHtml));
  }

  /** A heading with a sentence that says how to read what follows. */
  Page section(String heading, String about) {
    html("<h2>" + Format.escape(heading) + "</h2>");
    return about.isEmpty() ? this : html("<p class=\"about\">" + Format.escape(about) + "</p>");
  }

  /** Something a reader must know. */
  Page note(String text, boolean urgent) {
    return html("<p class=\"note%s\">%s</p>".formatted(urgent ? " stop" : "", Format.escape(text)));
  }

  /** Names with values, one per line. */
  Page facts(Map<String, String> facts) {
    html("<dl class=\"facts\">");
    facts.forEach(
        (name, value) ->
            html("<dt>%s</dt><dd>%s</dd>".formatted(Format.escape(name), Format.escape(value))));
    return html("</dl>");
  }

  /** The few numbers that matter most; values may have markup. */
  Page figures(Map<String, String> figures) {
    html("<dl class=\"figures\">");
    figures.forEach(
        (name, value) ->
            html("<div><dt>%s</dt><dd>%s</dd></div>".formatted(Format.escape(name), value)));
    return html("</dl>");
  }

  String render(String footer) {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title>
    <style>
    %s</style>
    </head>
    <body>
    <main>
    %s<footer>%s</footer>
    </main>
    </body>
    </html>
    """
        .formatted(Format.escape(title), style(), body, Format.escape(footer));
  }

  private static String style() {
    try (InputStream in = Page.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing from the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("report.css cannot be read", e);
    }
  }
}
