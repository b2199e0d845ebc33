package io.darkroom.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What each module may know, as rules over the packages {@code root.<module>}: the table of
 * modules, for machines.
 */
record Boundaries(String root) {

    private static final Set<String> WORKER_PARTS =
            Set.of("contract", "diffusion", "images", "artifacts", "planner", "inference", "pipelines");
    private static final Set<String> SYSTEM = with(WORKER_PARTS, "worker", "router", "broker");

    /** Each module, and the modules whose classes it may name. */
    static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("contract", Set.of()),
            Map.entry("diffusion", Set.of()),
            Map.entry("images", Set.of()),
            Map.entry("artifacts", Set.of("contract")),
            Map.entry("planner", Set.of("contract", "diffusion")),
            Map.entry("router", Set.of("contract", "planner")),
            Map.entry("inference", Set.of("diffusion")),
            Map.entry("pipelines", Set.of("diffusion", "images", "inference")),
            Map.entry("worker", WORKER_PARTS),
            Map.entry("broker", Set.of()),
            Map.entry("testkit", Set.of("contract", "broker")),
            Map.entry("bench", SYSTEM),
            Map.entry("simulation", Set.of("contract", "planner", "router")),
            Map.entry("cli", with(SYSTEM, "bench", "simulation")));

    /** Libraries that only some modules may name, because to know them is those modules' work. */
    private enum Library {
        KAFKA("org.apache.kafka..", Set.of("contract", "router", "worker", "broker", "testkit", "bench", "cli")),
        ONNX_RUNTIME("ai.onnxruntime..", Set.of("inference", "bench")),
        TOKENIZERS("ai.djl..", Set.of("inference")),
        S3("io.minio..", Set.of("artifacts")),
        IMAGE_FORMATS("javax.imageio..", Set.of("images")),
        DRAWING("java.awt..", Set.of("images"));

        private final String packages;
        private final Set<String> users;

        Library(String packages, Set<String> users) {
            this.packages = packages;
            this.users = users;
        }
    }

    /** Mathematics needs collections and functions: no files, threads, clocks or libraries. */
    private static final String[] MATHEMATICS = {
        "java.lang",
        "java.lang.invoke",
        "java.lang.runtime",
        "java.math",
        "java.util",
        "java.util.function",
        "java.util.stream"
    };

    private static final Set<String> THREADS = Set.of("java.lang.Thread", "java.lang.ThreadLocal", "java.util.Timer");

    List<ArchRule> rules() {
        Stream<ArchRule> modules = MAY_KNOW.keySet().stream().sorted().map(this::knowsOnlyItsOwn);
        Stream<ArchRule> libraries = Stream.of(Library.values()).map(this::isForItsUsersOnly);
        Stream<ArchRule> others = Stream.of(
                diffusionIsMathematics(),
                timeComesInAsData(),
                packagesAreNamedAfterWhatTheyDo(),
                onnxRuntimeIsLoadedInOnePlace(),
                nothingStaticChanges());
        return Stream.of(modules, libraries, others).flatMap(rules -> rules).toList();
    }

    private ArchRule knowsOnlyItsOwn(String module) {
        String[] forbidden = MAY_KNOW.keySet().stream()
                .filter(other -> !other.equals(module))
                .filter(other -> !MAY_KNOW.get(module).contains(other))
                .map(this::packagesOf)
                .toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(packagesOf(module))
                .should()
                .dependOnClassesThat(resideInAnyPackage(forbidden))
                .as(module + " knows no module but " + MAY_KNOW.get(module))
                .allowEmptyShould(true);
    }

    private ArchRule isForItsUsersOnly(Library library) {
        String[] users = library.users.stream().map(this::packagesOf).toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .resideOutsideOfPackages(users)
                .should()
                .dependOnClassesThat(resideInAnyPackage(library.packages))
                .as("only " + library.users + " know " + library.packages);
    }

    private ArchRule diffusionIsMathematics() {
        DescribedPredicate<JavaClass> allowed = resideInAnyPackage(MATHEMATICS)
                .or(resideInAnyPackage(packagesOf("diffusion")))
                .and(DescribedPredicate.not(runsThreads()));
        return classes()
                .that()
                .resideInAPackage(packagesOf("diffusion"))
                .should()
                .onlyDependOnClassesThat(allowed)
                .as("diffusion knows no files, threads, clocks or libraries");
    }

    private static DescribedPredicate<JavaClass> runsThreads() {
        return DescribedPredicate.describe("threads", type -> THREADS.contains(type.getName()));
    }

    private ArchRule timeComesInAsData() {
        return noClasses()
                .that()
                .resideInAnyPackage(packagesOf("diffusion"), packagesOf("planner"), packagesOf("simulation"))
                .should()
                .callMethodWhere(readsTheClock())
                .as("diffusion, planner and simulation read no clock");
    }

    private static DescribedPredicate<JavaMethodCall> readsTheClock() {
        return DescribedPredicate.describe("reads the clock", call -> {
            String owner = call.getTargetOwner().getName();
            String name = call.getTarget().getName();
            return owner.equals("java.lang.System")
                            && Set.of("currentTimeMillis", "nanoTime").contains(name)
                    || owner.startsWith("java.time.") && (name.equals("now") || name.startsWith("system"));
        });
    }

    /** Where its telemetry is switched off; a session's options load the library, too. */
    private ArchRule onnxRuntimeIsLoadedInOnePlace() {
        return noClasses()
                .that()
                .haveNameNotMatching(".*\\.OnnxEnvironment(\\$.*)?")
                .and()
                .resideInAPackage(root + "..")
                .should()
                .callMethod("ai.onnxruntime.OrtEnvironment", "getEnvironment")
                .orShould()
                .callConstructor("ai.onnxruntime.OrtSession$SessionOptions")
                .as("only OnnxEnvironment loads ONNX Runtime");
    }

    private ArchRule packagesAreNamedAfterWhatTheyDo() {
        String[] nameless = Stream.of("util", "utils", "common", "helper", "helpers", "manager", "impl")
                .map(name -> root + ".." + name + "..")
                .toArray(String[]::new);
        return noClasses()
                .should()
                .resideInAnyPackage(nameless)
                .as("no package is called util, common, helper, manager or impl");
    }

    /** Generated records keep their descriptors in static fields that are not final. */
    private ArchRule nothingStaticChanges() {
        return fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage(root + "..")
                .and()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackage(root + ".contract.wire..")
                .should()
                .beFinal()
                .as("static fields are final");
    }

    private String packagesOf(String module) {
        return root + "." + module + "..";
    }

    private static Set<String> with(Set<String> modules, String... more) {
        return Stream.concat(modules.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }
}
