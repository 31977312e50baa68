import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Formats every Java file below the current folder, or with {@code check} fails when one is not. */
void main(String... args) throws Exception {
  boolean check = args.length > 0 && args[0].equals("check");
  Formatter formatter = new Formatter(JavaFormatterOptions.builder().build());
  List<Path> wrong = new ArrayList<>();
  try (var files = Files.walk(Path.of(""))) {
    for (Path file :
        files
            .filter(f -> f.toString().endsWith(".java"))
            .filter(f -> !f.toString().contains("target") && !f.toString().startsWith("."))
            .toList()) {
      String source = Files.readString(file);
      String formatted = formatter.formatSourceAndFixImports(source);
      if (!source.equals(formatted)) {
        wrong.add(file);
        if (!check) {
          Files.writeString(file, formatted);
        }
      }
    }
  }
  if (check && !wrong.isEmpty()) {
    wrong.forEach(f -> System.err.println("not formatted: " + f));
    System.err.println("run: mvn -N process-sources -Dformat=apply");
    System.exit(1);
  }
  if (!check) {
    System.out.println("formatted " + wrong.size() + " files");
  }
}
