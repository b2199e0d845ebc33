package io.darkroom.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerConfigTest {
    private static final Map<String, Object> STABLE_DIFFUSION = Map.of(
            "_class_name",
            "PNDMScheduler",
            "_diffusers_version",
            "0.6.0",
            "beta_end",
            0.012,
            "beta_schedule",
            "scaled_linear",
            "beta_start",
            0.00085,
            "clip_sample",
            false,
            "num_train_timesteps",
            1000,
            "skip_prk_steps",
            true,
            "steps_offset",
            1);

    @Test
    void aSwapKeepsWhatTheCheckpointSaysAndTakesTheNewClassesDefaultsForTheRest() {
        SamplerConfig ddim = SamplerConfig.of(STABLE_DIFFUSION).withOverrides("DDIMScheduler", Map.of());
        assertThat(ddim.className()).isEqualTo("DDIMScheduler");
        assertThat(ddim.choice("beta_schedule")).isEqualTo("scaled_linear");
        assertThat(ddim.flag("clip_sample")).isFalse();
        assertThat(ddim.flag("set_alpha_to_one")).isTrue();
    }

    @Test
    void withoutAnEntryForClippingDdimClips() {
        Map<String, Object> json = new HashMap<>(STABLE_DIFFUSION);
        json.remove("clip_sample");
        assertThat(SamplerConfig.of(json)
                        .withOverrides("DDIMScheduler", Map.of())
                        .flag("clip_sample"))
                .isTrue();
    }

    @Test
    void stableDiffusionCorrectsTheSamplerItLoadsAndASwapTakesOnlyWhatWasWritten() {
        Map<String, Object> json = new HashMap<>(STABLE_DIFFUSION);
        json.put("_class_name", "DDIMScheduler");
        json.put("steps_offset", 0);
        json.remove("clip_sample");
        SamplerConfig loaded = SamplerConfig.of(json).asLoadedByStableDiffusion();
        assertThat(loaded.whole("steps_offset")).isEqualTo(1);
        assertThat(loaded.flag("clip_sample")).isFalse();
        SamplerConfig swapped = loaded.withOverrides("DDIMScheduler", Map.of());
        assertThat(swapped.whole("steps_offset")).isEqualTo(1);
        assertThat(swapped.flag("clip_sample")).isTrue();
    }

    @Test
    void aNullEntryIsLeftUnset() {
        Map<String, Object> json = new HashMap<>(STABLE_DIFFUSION);
        json.put("trained_betas", null);
        assertThat(SamplerConfig.of(json).numbers("trained_betas")).isEmpty();
    }

    @Test
    void anUnknownClassIsRefusedWithTheListOfSupportedOnes() {
        SamplerConfig config = SamplerConfig.of(STABLE_DIFFUSION);
        assertThatThrownBy(() -> config.withOverrides("EulerSchedule", Map.of()))
                .isInstanceOf(SamplerOptionException.class)
                .hasMessageStartingWith("scheduler: EulerSchedule is not supported")
                .hasMessageContaining("EulerDiscreteScheduler");
    }

    @Test
    void anUnknownOptionIsRefusedByName() {
        SamplerConfig config = SamplerConfig.of(STABLE_DIFFUSION);
        assertThatThrownBy(() -> config.withOverrides("DDIMScheduler", Map.of("use_karras_sigmas", true)))
                .isInstanceOf(SamplerOptionException.class)
                .hasMessageStartingWith("use_karras_sigmas: DDIMScheduler has no such option");
    }

    @Test
    void aWrongValueIsAnsweredWithWhatWouldBeRight() {
        SamplerConfig config = SamplerConfig.of(STABLE_DIFFUSION);
        assertThatThrownBy(() -> config.withOverrides("EulerDiscreteScheduler", Map.of("timestep_spacing", "even")))
                .hasMessage("timestep_spacing: even is not right, it must be one of linspace, leading, trailing");
        assertThatThrownBy(() -> config.withOverrides("EulerDiscreteScheduler", Map.of("steps_offset", -1)))
                .hasMessageContaining("a whole number in 0..100000");
        assertThatThrownBy(() -> config.withOverrides("EulerDiscreteScheduler", Map.of("use_karras_sigmas", "yes")))
                .hasMessageContaining("true or false");
        assertThatThrownBy(() -> config.withOverrides("DPMSolverMultistepScheduler", Map.of("use_flow_sigmas", true)))
                .hasMessageContaining("the only value supported here");
    }

    @Test
    void stepsThatDoNotFitTheSamplerAreRefused() {
        SamplerConfig config = SamplerConfig.of(STABLE_DIFFUSION);
        assertThatThrownBy(() -> Samplers.create(config, 0)).hasMessageContaining("num_inference_steps");
        SamplerConfig ddim = config.withOverrides("DDIMScheduler", Map.of());
        assertThatThrownBy(() -> Samplers.create(ddim, 1001)).hasMessageContaining("1001 is more than the 1000");
        assertThatThrownBy(() -> Samplers.create(ddim, 1000)).hasMessageContaining("first timestep is 1000");
        SamplerConfig lcm = config.withOverrides("LCMScheduler", Map.of());
        assertThatThrownBy(() -> Samplers.create(lcm, 51)).hasMessageContaining("more than the 50 steps");
    }

    /** Each is an error or only NaN in diffusers. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        DPMSolverMultistepScheduler;  algorithm_type=dpmsolver;      final_sigmas_type: zero does not go with
        DPMSolverMultistepScheduler;  algorithm_type=deis;           final_sigmas_type: zero does not go with
        DPMSolverMultistepScheduler;  use_karras_sigmas=true,use_beta_sigmas=true; only one of use_karras_sigmas
        DPMSolverMultistepScheduler;  algorithm_type=sde-dpmsolver,final_sigmas_type=sigma_min,solver_order=3; must be 1 or 2
        DPMSolverMultistepScheduler;  variance_type=learned_range;   variance_type: learned_range is not right
        DPMSolverSinglestepScheduler; algorithm_type=dpmsolver,final_sigmas_type=sigma_min,thresholding=true; take algorithm_type dpmsolver++
        DPMSolverSinglestepScheduler; algorithm_type=sde-dpmsolver;  algorithm_type: sde-dpmsolver is not right
        UniPCMultistepScheduler;      solver_type=bh1;               bh1 needs final_sigmas_type sigma_min
        UniPCMultistepScheduler;      predict_x0=false;              false needs final_sigmas_type sigma_min
        UniPCMultistepScheduler;      lower_order_final=false;       false needs final_sigmas_type sigma_min
        DDPMScheduler;                variance_type=fixed_large_log; variance_type: fixed_large_log is not right
        PNDMScheduler;                prediction_type=sample;        one of epsilon, v_prediction
        EulerAncestralDiscreteScheduler; prediction_type=sample;     one of epsilon, v_prediction
        KDPM2DiscreteScheduler;       prediction_type=sample;        one of epsilon, v_prediction
        EDMEulerScheduler;            prediction_type=sample;        one of epsilon, v_prediction
        EDMEulerScheduler;            sigma_min=0;                   sigma_min: 0 is not right
        UnCLIPScheduler;              clip_sample=true;              beta_schedule: scaled_linear is not right
        UnCLIPScheduler;              prediction_type=v_prediction,beta_schedule=squaredcos_cap_v2; one of epsilon, sample
        """)
    void whatDiffusersCannotDoIsRefusedByNameBeforeAnythingRuns(String className, String options, String message) {
        assertThatThrownBy(() -> Samplers.create(
                        SamplerConfig.of(STABLE_DIFFUSION).withOverrides(className, parsed(options)), 10))
                .isInstanceOf(SamplerOptionException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aSamplerThatDividesByItsStepsLessOneNeedsTwo() {
        SamplerConfig unclip = SamplerConfig.of(Map.of("_class_name", "UnCLIPScheduler"));
        assertThatThrownBy(() -> Samplers.create(unclip, 1)).hasMessageContaining("it needs 2 or more");
        assertThat(Samplers.create(unclip, 2).timesteps()).containsExactly(999, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DDIMScheduler", "DDPMScheduler", "LCMScheduler", "TCDScheduler"})
    void noiseCannotBePredictedWhereThereIsNoSignal(String className) {
        Map<String, Object> options =
                Map.of("rescale_betas_zero_snr", true, "timestep_spacing", "trailing", "prediction_type", "epsilon");
        SamplerConfig config = SamplerConfig.of(STABLE_DIFFUSION).withOverrides(className, options);
        assertThatThrownBy(() -> Samplers.create(config, 10).requireComputable())
                .hasMessageStartingWith("rescale_betas_zero_snr: leaves no signal at timestep 999");
        Samplers.create(config, 10).startingAt(1).requireComputable();
        Samplers.create(config.withOverrides(className, Map.of("prediction_type", "v_prediction")), 10)
                .requireComputable();
    }

    @Test
    void aNullFlagIsOffWhateverItsDefault() {
        Map<String, Object> json = new HashMap<>(STABLE_DIFFUSION);
        json.put("_class_name", "DDIMScheduler");
        json.put("clip_sample", null);
        assertThat(SamplerConfig.of(json).flag("clip_sample")).isFalse();
    }

    @Test
    void anEntryOfAnotherClassCountsAfterASwapWhereTheSamplerLooksAtIt() {
        Map<String, Object> json = new HashMap<>(STABLE_DIFFUSION);
        json.put("sigma_max", 9.5);
        SamplerConfig heun =
                SamplerConfig.of(json).withOverrides("HeunDiscreteScheduler", Map.of("use_exponential_sigmas", true));
        assertThat(Samplers.create(heun, 10).initNoiseSigma()).isEqualTo(9.5f);
    }

    private static Map<String, Object> parsed(String options) {
        Map<String, Object> parsed = new HashMap<>();
        for (String option : options.split(",")) {
            String[] parts = option.split("=");
            parsed.put(parts[0], value(parts[1]));
        }
        return parsed;
    }

    private static Object value(String text) {
        return switch (text) {
            case "true", "false" -> Boolean.valueOf(text);
            case String number when number.matches("\\d+") -> Integer.valueOf(number);
            default -> text;
        };
    }
}
