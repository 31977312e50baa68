package dev.tributary.scenarios.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.tributary.algorithms.AlgorithmCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which module may see which, and which may see which library. */
class WallsTest {
  /** What each module may see of Tributary besides itself. */
  private static final Map<String, List<String>> SEES =
      Map.of(
          "engine", List.of(),
          "datasets", List.of("engine"),
          "algorithms", List.of("engine"),
          "protocol", List.of("engine"),
          "client", List.of("engine", "datasets", "algorithms", "protocol"),
          "server", List.of("engine", "datasets", "algorithms", "protocol"),
          "scenarios", List.of("engine", "datasets", "algorithms", "protocol", "client", "server"));

  static final List<String> MODULES = Modules.ALL;

  @Test
  void everyModuleIsThereAndEveryClassIsInOne() {
    for (String module : Modules.ALL) {
      assertThat(Modules.CLASSES.that(resideInAnyPackage(Modules.in(module))))
          .as(module)
          .isNotEmpty();
    }
    assertThat(SEES).containsOnlyKeys(Modules.ALL);
    classes().should().resideInAnyPackage(Modules.in(Modules.ALL)).check(Modules.CLASSES);
  }

  @ParameterizedTest
  @FieldSource("MODULES")
  void seesOnlyTheModulesItMay(String module) {
    List<String> hidden = new ArrayList<>(Modules.ALL);
    hidden.remove(module);
    hidden.removeAll(SEES.getOrDefault(module, List.of()));
    if (hidden.isEmpty()) {
      assertThat(module).as("what sees all").isEqualTo("scenarios");
    } else {
      noClasses()
          .that()
          .resideInAPackage(Modules.in(module))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(Modules.in(hidden))
          .check(Modules.CLASSES);
    }
  }

  @Test
  void onlyTheEngineSeesNd4j() {
    noClasses()
        .that()
        .resideOutsideOfPackage(Modules.in("engine"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
        .check(Modules.CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"engine", "datasets", "algorithms"})
  void ideasNumbersAndDataKnowNoActorsAndNoWire(String module) {
    noClasses()
        .that()
        .resideInAPackage(Modules.in(module))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.pekko..", "com.google.protobuf..", "com.typesafe..")
        .check(Modules.CLASSES);
  }

  /**
   * The messages' generated classes stay behind the wall; bulk bytes cross it as a ByteString,
   * which is immutable and is what spares a copy of every model.
   */
  @Test
  void onlyTheProtocolSeesProtobufAndOthersNothingButByteStrings() {
    noClasses()
        .that()
        .resideOutsideOfPackage(Modules.in("protocol"))
        .should()
        .dependOnClassesThat(protobufOtherThanBytes())
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("dev.tributary.protocol.v1..")
        .check(Modules.CLASSES);
  }

  private static DescribedPredicate<JavaClass> protobufOtherThanBytes() {
    return DescribedPredicate.describe(
        "are of protobuf and no ByteString",
        c ->
            c.getPackageName().startsWith("com.google.protobuf")
                && !c.isEquivalentTo(ByteString.class));
  }

  /** With one exception: the catalogue lies above the methods, in the package of what they are. */
  @Test
  void packagesFormNoCycle() {
    slices()
        .assignedFrom(packages())
        .should()
        .beFreeOfCycles()
        .check(
            Modules.CLASSES.that(
                DescribedPredicate.not(JavaClass.Predicates.equivalentTo(AlgorithmCatalog.class))));
  }

  private static SliceAssignment packages() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return SliceIdentifier.of(type.getPackageName());
      }

      @Override
      public String getDescription() {
        return "packages";
      }
    };
  }

  @Test
  void randomNumbersComeFromTheTreeOfSeedsAlone() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.util\\.(Random|SplittableRandom|concurrent\\.ThreadLocalRandom)"
                + "|java\\.security\\.SecureRandom")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(StrictMath.class, "random")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .orShould()
        .callMethod(java.util.Collections.class, "shuffle", List.class)
        .check(Modules.CLASSES);
  }

  /** A run's results must not depend on the date; only its record may name it. */
  @Test
  void theDateIsKnownToScenariosAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage(Modules.in("scenarios"))
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.LocalDateTime.class, "now")
        .orShould()
        .callMethod(java.time.ZonedDateTime.class, "now")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.Date")
        .check(Modules.CLASSES);
  }

  /** No method is another's base class: each file is read by itself. */
  @Test
  void methodsAreFinal() {
    classes()
        .that()
        .resideInAPackage("dev.tributary.algorithms.federated..")
        .and()
        .areNotInterfaces()
        .and()
        .areNotAnonymousClasses()
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(Modules.CLASSES);
  }

  @Test
  void noPackageIsADrawerForOddsAndEnds() {
    noClasses()
        .should()
        .resideInAnyPackage("..utils..", "..util..", "..common..", "..helpers..", "..misc..")
        .check(Modules.CLASSES);
  }
}
