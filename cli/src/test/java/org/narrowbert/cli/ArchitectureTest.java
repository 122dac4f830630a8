package org.narrowbert.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.PRIVATE;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The directions between rooms that JPMS cannot hold, and the other rules of the house that a machine can check. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {
    private static final List<String> MODULES = List.of("ffm-bindings", "engine", "model", "model/parquet", "cli");
    private static final int LONGEST_FILE = 500;

    private final JavaClasses project = new ClassFileImporter()
            .importPaths(MODULES.stream()
                    .map(module -> Shell.PROJECT.resolve(module).resolve("target/classes"))
                    .toList());

    private static DescribedPredicate<JavaMethodCall> methods(Class<?> type, String name) {
        return DescribedPredicate.describe(
                type.getSimpleName() + "." + name,
                call -> call.getTargetOwner().isAssignableTo(type)
                        && call.getName().equals(name));
    }

    @Test
    void everyModuleIsLookedAt() {
        for (String room :
                List.of("ffm.memory", "engine.graph", "engine.backend.reference", "model.layout", "parquet", "cli")) {
            assertThat(project.that(resideInAPackage("org.narrowbert." + room)))
                    .as(room)
                    .isNotEmpty();
        }
    }

    /** What the two rules below look for is found where it is allowed. */
    @Test
    void restrictedCallsAndVectorTypesAreRecognized() {
        assertThat(project.get("org.narrowbert.ffm.memory.AllMemory").getMethodCallsFromSelf())
                .anyMatch(methods(MemorySegment.class, "reinterpret"));
        assertThat(project.that(resideInAPackage("org.narrowbert.engine.backend.vector")))
                .anyMatch(dependsOn("jdk.incubator.vector"));
    }

    @Test
    void onlyTheBindingsCallRestrictedMethods() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.narrowbert.ffm..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Linker.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(SymbolLookup.class)
                .orShould(callMethodWhere(methods(MemorySegment.class, "reinterpret")))
                .orShould(callMethodWhere(methods(System.class, "load")))
                .orShould(callMethodWhere(methods(System.class, "loadLibrary")))
                .check(project);
    }

    @Test
    void onlyTheVectorBackendTouchesTheIncubatorModule() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.narrowbert.engine.backend.vector..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator..")
                .check(project);
    }

    @Test
    void aGraphKnowsShapesAndNothingOfHowItIsRun() {
        classes()
                .that()
                .resideInAPackage("org.narrowbert.engine.graph..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.narrowbert.engine.graph..",
                        "org.narrowbert.engine.tensor..",
                        "org.narrowbert.engine.random..",
                        "org.narrowbert.engine.error..")
                .check(project);
    }

    @Test
    void backendsKnowMatricesAndNothingOfGraphsPlansOrModels() {
        noClasses()
                .that()
                .resideInAPackage("org.narrowbert.engine.backend..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.narrowbert.engine.graph..",
                        "org.narrowbert.engine.plan..",
                        "org.narrowbert.engine.session..",
                        "org.narrowbert.engine.optimizer..",
                        "org.narrowbert.model..")
                .check(project);
    }

    /** The room `check` holds what tests and the self-test run kernels with. */
    @Test
    void onlyTheSessionSeesBothTheGraphAndTheKernels() {
        DescribedPredicate<JavaClass> seesTheGraph = dependsOn("org.narrowbert.engine.graph");
        noClasses()
                .that(seesTheGraph)
                .and()
                .resideOutsideOfPackages("org.narrowbert.engine.session..", "org.narrowbert.engine.check..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.narrowbert.engine.backend.Kernels")
                .check(project);
    }

    private static DescribedPredicate<JavaClass> dependsOn(String packageName) {
        return DescribedPredicate.describe(
                "depend on " + packageName,
                candidate -> candidate.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency ->
                                dependency.getTargetClass().getPackageName().equals(packageName)));
    }

    @Test
    void theRoomsOfTheEngineHaveNoCycle() {
        slices().matching("org.narrowbert.engine.(*)..")
                .should()
                .beFreeOfCycles()
                .check(project);
    }

    @Test
    void theRoomsOfTheModelHaveNoCycle() {
        slices().matching("org.narrowbert.model.(*)..")
                .should()
                .beFreeOfCycles()
                .check(project);
    }

    @Test
    void roomsWithinRoomsDoNotKnowWhatIsBuiltOnThem() {
        for (String outer : List.of("model.task", "model.finetuning", "model.onnx.reading")) {
            String room = "org.narrowbert." + outer;
            slices().matching(room + ".(*)").should().beFreeOfCycles().check(project);
            refuse(room + ".*..", room);
        }
        // Tensors, models of them, and runs that save models.
        slices().matching("org.narrowbert.model.checkpoint.(*)")
                .should()
                .beFreeOfCycles()
                .check(project);
        for (String room : List.of("", ".run", ".tensor")) {
            refuse("org.narrowbert.model.checkpoint.pickle", "org.narrowbert.model.checkpoint" + room);
        }
        refuse("org.narrowbert.model.checkpoint.tensor", "org.narrowbert.model.checkpoint.run");
        refuse("org.narrowbert.model.checkpoint.tensor", "org.narrowbert.model.checkpoint");
        refuse("org.narrowbert.model.checkpoint", "org.narrowbert.model.checkpoint.run");
    }

    private void refuse(String room, String other) {
        noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(other)
                .check(project);
    }

    @Test
    void theRoomsOfTheCommandLineHaveNoCycleAndDoNotKnowTheRootCommand() {
        slices().matching("org.narrowbert.cli.(*)..").should().beFreeOfCycles().check(project);
        noClasses()
                .that()
                .resideInAPackage("org.narrowbert.cli.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.narrowbert.cli")
                .check(project);
    }

    /** What jextract generates can print its calls, when a property of its own is set. */
    @Test
    void onlyTheCommandLineEndsTheProcessOrWritesToTheConsole() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.narrowbert.cli..", "org.narrowbert.ffm.generated..")
                .should(callMethodWhere(methods(System.class, "exit")))
                .orShould(callMethodWhere(methods(Runtime.class, "exit")))
                .orShould(callMethodWhere(methods(Runtime.class, "halt")))
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(project);
    }

    @Test
    void noStaticFieldIsMutable() {
        fields().that(DescribedPredicate.describe(
                        "are static and written by people",
                        (JavaField field) -> field.getModifiers().contains(STATIC)
                                && !field.getModifiers().contains(SYNTHETIC)
                                && !field.getName().startsWith("$")))
                .should()
                .beFinal()
                .check(project);
    }

    @Test
    void noArrayIsSharedThroughAStaticField() {
        assertThat(project.stream()
                        .flatMap(type -> type.getFields().stream())
                        .filter(field -> field.getModifiers().contains(STATIC)
                                && field.getModifiers().contains(FINAL)
                                && !field.getModifiers().contains(PRIVATE)
                                && !field.getModifiers().contains(SYNTHETIC)
                                && field.getRawType().isArray())
                        .map(JavaField::getFullName))
                .isEmpty();
    }

    @Test
    void noFileIsLongerThan500Lines() throws IOException {
        try (Stream<Path> files = Files.walk(Shell.PROJECT)) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> Stream.of("target", "generated")
                            .noneMatch(folder -> Shell.PROJECT.relativize(file).startsWith(folder)
                                    || file.toString().contains("/" + folder + "/")))
                    .toList();
            assertThat(sources).hasSizeGreaterThan(50);
            assertThat(sources)
                    .allSatisfy(file -> assertThat(Files.readAllLines(file))
                            .as("lines of %s", file)
                            .hasSizeLessThanOrEqualTo(LONGEST_FILE));
        }
    }
}
