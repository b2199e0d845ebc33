package io.darkroom.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The modules know only what the table of modules lets them know. */
class ModuleBoundariesTest {
    private static final String PRODUCT = "io.darkroom";
    private static final String BREACHES = "io.darkroom.architecture.breaches";

    private static final JavaClasses PRODUCT_CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(PRODUCT);

    static List<ArchRule> rules() {
        return new Boundaries(PRODUCT).rules();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theModulesKeepTheRule(ArchRule rule) {
        rule.check(PRODUCT_CLASSES);
    }

    @Test
    void theRulesSeeEveryModule() {
        List<String> unseen = Boundaries.MAY_KNOW.keySet().stream()
                .filter(module -> !PRODUCT_CLASSES.containPackage(PRODUCT + "." + module))
                .toList();
        assertThat(unseen).isEmpty();
    }

    /** A rule that cannot fail guards nothing: each kind is shown a class that breaks it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "planner knows no module but",
                "router knows no module but",
                "only [images] know javax.imageio..",
                "know org.apache.kafka..",
                "know ai.onnxruntime..",
                "diffusion knows no files, threads, clocks or libraries",
                "diffusion, planner and simulation read no clock",
                "no package is called util, common, helper, manager or impl",
                "static fields are final",
                "only OnnxEnvironment loads ONNX Runtime"
            })
    void aBreachIsReported(String description) {
        JavaClasses breaches = new ClassFileImporter().importPackages(BREACHES);
        List<EvaluationResult> results = new Boundaries(BREACHES)
                .rules().stream()
                        .filter(rule -> rule.getDescription().contains(description))
                        .map(rule -> rule.evaluate(breaches))
                        .toList();
        assertThat(results).hasSize(1).allMatch(EvaluationResult::hasViolation);
    }
}
