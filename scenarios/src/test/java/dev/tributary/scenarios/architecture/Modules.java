package dev.tributary.scenarios.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;

/** The modules, which are the packages right below the root, and all their classes. */
final class Modules {
  /** All modules that make up Tributary. */
  static final List<String> ALL =
      List.of("engine", "datasets", "algorithms", "protocol", "client", "server", "scenarios");

  /** What is built, without tests. */
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tributary");

  private Modules() {}

  /** The package of a module and all below it. */
  static String in(String module) {
    assertThat(ALL).contains(module);
    return "dev.tributary." + module + "..";
  }

  /** The packages of these modules and all below them. */
  static String[] in(List<String> modules) {
    return modules.stream().map(Modules::in).toArray(String[]::new);
  }
}
