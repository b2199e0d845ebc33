package io.darkroom.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
