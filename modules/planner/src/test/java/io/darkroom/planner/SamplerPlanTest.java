package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.ModelEntry.Scheduler;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.diffusion.sampler.Samplers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What samplers refuse is said before a job is accepted. */
class SamplerPlanTest {
    private static final Map<String, Object> PNDM = Map.of(
            "_class_name",
            "PNDMScheduler",
            "beta_schedule",
            "scaled_linear",
            "beta_start",
            0.00085,
            "beta_end",
            0.012,
            "skip_prk_steps",
            true);
    private static final Map<String, Object> ZERO_SIGNAL =
            Map.of("_class_name", "DDIMScheduler", "rescale_betas_zero_snr", true, "timestep_spacing", "trailing");

    private final Catalogue catalogue = Catalogue.of(Map.of(
            "sd", model("sd", new Scheduler(PNDM, false, 4)),
            "whole", model("whole", new Scheduler(PNDM, true, 4)),
            "dark", model("dark", new Scheduler(ZERO_SIGNAL, false, 4)),
            "foreign", model("foreign", new Scheduler(Map.of("_class_name", "OfTomorrow"), false, 4)),
            "unknown", model("unknown", Optional.empty())));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        sd    | "scheduler": "DDIMScheduler", "scheduler_options": {"karras": true}               | scheduler_options.karras | DDIMScheduler has no such option; it has beta_end
        sd    | "scheduler": "DDIMScheduler", "scheduler_options": {"clip_sample": 3}             | scheduler_options.clip_sample | 3 is not right, it must be true or false
        sd    | "scheduler_options": {"timestep_spacing": "narrow"}                               | scheduler_options.timestep_spacing | narrow is not right, it must be one of linspace, leading, trailing
        sd    | "scheduler": "LCMScheduler", "num_inference_steps": 51                            | num_inference_steps | 51
        sd    | "scheduler": "DDPMScheduler", "scheduler_options": {"variance_type": "learned"}   | scheduler_options.variance_type | a learned variance is wanted, but this model predicts only 4 channels
        whole | "scheduler": "EulerDiscreteScheduler", "num_inference_steps": 30                  | scheduler           | its timesteps have fractions
        dark  | "num_inference_steps": 10                                                         | scheduler_options.rescale_betas_zero_snr | leaves no signal
        """)
    void whatASamplerRefusesIsAFaultOfTheRequest(String model, String fields, String field, String message) {
        Planning.Refused refused = (Planning.Refused) plan(model, fields);

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
        assertThat(refused.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.path()).isEqualTo("stages[0]." + field);
            assertThat(fault.message()).startsWith(message);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        sd      | "num_inference_steps": 50
        sd      | "scheduler": "EulerDiscreteScheduler", "scheduler_options": {"use_karras_sigmas": true}
        whole   | "scheduler": "DDIMScheduler"
        dark    | "scheduler_options": {"prediction_type": "v_prediction"}
        dark    | "scheduler": "DDIMScheduler", "scheduler_options": {"rescale_betas_zero_snr": false}
        foreign | "scheduler": "DDIMScheduler", "scheduler_options": {"karras": true}
        unknown | "scheduler": "DDIMScheduler", "scheduler_options": {"karras": true}
        """)
    void whatCanRunAndWhatOnlyTheWorkerCanJudgeIsAccepted(String model, String fields) {
        assertThat(plan(model, fields)).isInstanceOf(Planning.Planned.class);
    }

    @Test
    void whereTheRunBeginsDecidesWhatItCanCompute() {
        String img2img = """
            { "kind": "img2img", "model": "dark", "prompt": "p", "input": "s3://renders/in.png", "strength": %s,
              "num_inference_steps": 10 }\
            """;

        assertThat(planOf(img2img.formatted("0.5"))).isInstanceOf(Planning.Planned.class);
        assertThat(planOf(img2img.formatted("1"))).isInstanceOf(Planning.Refused.class);
        Planning.Refused swept = (Planning.Refused) planOf(img2img.formatted("[0.5, 0.8, 1]"));
        assertThat(swept.faults())
                .extracting(Fault::path)
                .containsExactly("stages[0].scheduler_options.rescale_betas_zero_snr");
    }

    /** Making one takes the router a second, so that only what can be told without it is. */
    @Test
    void aSamplerWhoseSigmasHaveToBeSearchedForIsNotMadeForManySteps() {
        String searched = """
            "scheduler": "UniPCMultistepScheduler", "num_inference_steps": %s,
            "scheduler_options": {"use_beta_sigmas": true, "use_karras_sigmas": true}\
            """;

        assertThat(plan("sd", searched.formatted(50))).isInstanceOf(Planning.Refused.class);
        assertThat(plan("sd", searched.formatted(51))).isInstanceOf(Planning.Planned.class);
    }

    @Test
    void aConfigurationThatTheCatalogueHasNoRoomForIsLeftToTheWorker() {
        Map<String, Object> nested = new HashMap<>(PNDM);
        nested.put("extra", Map.of("a", 1));

        assertThat(Scheduler.of(nested, false, 4)).isEmpty();
        assertThat(Scheduler.of(PNDM, false, 4)).isPresent();
    }

    /** What nobody thought of is a fault of the request too: nothing is swallowed, and nothing reaches a worker only to fail there. */
    @Test
    void valuesAtTheEdgesOfEveryOptionAreAcceptedOrRefusedAtTheirField() {
        List<String> edges = List.of(
                "\"trained_betas\": []",
                "\"trained_betas\": [0.5]",
                "\"trained_betas\": [0.0, 1.0, 0.5]",
                "\"num_train_timesteps\": 1",
                "\"num_train_timesteps\": 3",
                "\"beta_start\": 1, \"beta_end\": 0",
                "\"beta_start\": 0, \"beta_end\": 0",
                "\"steps_offset\": 100000",
                "\"sigma_min\": 80, \"sigma_max\": 0.002",
                "\"sigma_min\": 0",
                "\"solver_order\": 3, \"lower_order_final\": false",
                "\"original_inference_steps\": 1");
        for (String sampler : Samplers.supported()) {
            for (String options : edges) {
                for (int steps : new int[] {1, 2, 20}) {
                    Planning planning = plan("sd", """
                        "scheduler": "%s", "num_inference_steps": %d, "scheduler_options": {%s}\
                        """.formatted(sampler, steps, options));
                    if (planning instanceof Planning.Refused refused) {
                        assertThat(refused.faults())
                                .as("%s %s %d", sampler, options, steps)
                                .allSatisfy(fault -> {
                                    assertThat(fault.path()).startsWith("stages[0].");
                                    assertThat(fault.message()).doesNotContain("Exception");
                                });
                    }
                }
            }
        }
    }

    private Planning plan(String model, String fields) {
        return planOf("{ \"kind\": \"text2img\", \"model\": \"%s\", \"prompt\": \"p\", %s }".formatted(model, fields));
    }

    private Planning planOf(String stage) {
        return Planner.plan(Requests.job(stage), catalogue);
    }

    private static ModelEntry model(String name, Scheduler scheduler) {
        return model(name, Optional.of(scheduler));
    }

    private static ModelEntry model(String name, Optional<Scheduler> scheduler) {
        return ModelEntry.of(Family.STABLE_DIFFUSION, name, "e".repeat(64), "cpu")
                .kinds(List.of(StageKind.TEXT2IMG, StageKind.IMG2IMG))
                .vae(Optional.of("a".repeat(64)))
                .latents(4, 8)
                .size(64, 64, 8)
                .scheduler(scheduler)
                .build();
    }
}
