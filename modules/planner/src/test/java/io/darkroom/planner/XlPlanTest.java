package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.PixelPair;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PromptEmbeds;
import io.darkroom.contract.wire.WorkStage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class XlPlanTest {
    private static final StageKind[] BOTH = {StageKind.TEXT2IMG, StageKind.IMG2IMG};

    /** One pool; base and refiner have one VAE, the other refiner has its own. */
    private final Catalogue catalogue = Catalogue.of(Map.of(
            "sd", Requests.model(Family.STABLE_DIFFUSION, "sd", "cpu", "a", BOTH),
            "base", Requests.model(Family.STABLE_DIFFUSION_XL, "base", "cpu", "a", BOTH),
            "refiner", Requests.model(Family.STABLE_DIFFUSION_XL_REFINER, "refiner", "cpu", "a", StageKind.IMG2IMG),
            "other", Requests.model(Family.STABLE_DIFFUSION_XL_REFINER, "other", "cpu", "b", StageKind.IMG2IMG)));

    @Test
    void whatARequestLeavesOutIsWhatTheFamilysPipelineTakes() {
        List<WorkStage> sd = planned(text("sd", ""), image("sd", ""));
        List<WorkStage> xl = planned(text("base", ""), image("refiner", ""));

        assertThat(sd)
                .extracting(stage -> stage.getSampling().getGuidanceScale())
                .containsExactly(7.5, 7.5);
        assertThat(xl)
                .extracting(stage -> stage.getSampling().getGuidanceScale())
                .containsExactly(5.0, 5.0);
        assertThat(sd.get(1).getImg2Img().getStrength()).isEqualTo(0.8);
        assertThat(xl.get(1).getImg2Img().getStrength()).isEqualTo(0.3);
    }

    @Test
    void everyParameterReachesTheWorkerUnderItsName() {
        WorkStage stage = planned(text("base", """
            , "prompt_2": "b", "negative_prompt_2": "c", "clip_skip": 1, "guidance_rescale": 0.7,
            "denoising_end": 0.8, "original_size": [512, 256], "negative_crops_coords_top_left": [3, 4]
            """)).getFirst();

        assertThat(stage.getPrompt().getPrompt2()).isEqualTo("b");
        assertThat(stage.getPrompt().getNegativePrompt2()).isEqualTo("c");
        assertThat(stage.getPrompt().getClipSkip()).isEqualTo(1);
        assertThat(stage.getSampling().getGuidanceRescale()).isEqualTo(0.7);
        assertThat(stage.getSampling().getDenoisingEnd()).isEqualTo(0.8);
        assertThat(stage.getSampling().hasDenoisingStart()).isFalse();
        assertThat(stage.getMicro().getOriginalSize()).isEqualTo(pair(512, 256));
        assertThat(stage.getMicro().getNegativeCropsCoordsTopLeft()).isEqualTo(pair(3, 4));
        assertThat(stage.getMicro().hasTargetSize()).isFalse();
    }

    @Test
    void aModelThatIsNotSdxlRefusesSdxlsParametersByName() {
        Planning planning = plan(
                text("sd", ", \"prompt_2\": \"b\", \"target_size\": [8, 8], \"clip_skip\": 1"),
                image("sd", ", \"denoising_start\": 0.5, \"aesthetic_score\": 7"));

        assertThat(((Planning.Refused) planning).faults())
                .extracting(Fault::path)
                .containsExactly(
                        "stages[0].prompt_2",
                        "stages[0].target_size",
                        "stages[1].denoising_start",
                        "stages[1].aesthetic_score");
    }

    @Test
    void latentsThatWereLeftNoisyAreNotSentThroughAnotherVae() {
        Planning planning = plan(
                text("base", ", \"denoising_end\": 0.8"),
                image("refiner", ", \"denoising_start\": 0.8, \"input\": \"0\""),
                image("other", ", \"denoising_start\": 0.8, \"input\": \"0\""));

        assertThat(((Planning.Refused) planning).faults())
                .containsExactly(new Fault(
                        "stages[2].denoising_start",
                        "other cannot go on with the latents of base: they have different VAEs"));
    }

    @Test
    void theDefaultStrengthOfTooFewStepsIsRefusedUnlessAStartSaysWhereToBegin() {
        Planning planning = plan(
                text("base", ""),
                image("refiner", ", \"num_inference_steps\": 3"),
                image("refiner", ", \"num_inference_steps\": 3, \"denoising_start\": 0.8"));

        assertThat(((Planning.Refused) planning).faults())
                .extracting(Fault::path)
                .containsExactly("stages[1].strength");
    }

    @Test
    void embeddingsOfAnSdxlModelAreGivenWithTheirPooledOnes() {
        String embeds = ", \"negative_prompt_embeds\": \"s3://renders/n\"";
        String pooled = embeds + ", \"negative_pooled_prompt_embeds\": \"s3://renders/m\"";

        assertThat(((Planning.Refused) plan(text("base", embeds), text("sd", pooled))).faults())
                .extracting(Fault::path)
                .containsExactly("stages[0].negative_pooled_prompt_embeds", "stages[1].negative_pooled_prompt_embeds");
        assertThat(planned(text("base", pooled)).getFirst().getPrompt().getEmbeds())
                .isEqualTo(PromptEmbeds.newBuilder()
                        .setNegativePromptUri("s3://renders/n")
                        .setNegativePooledPromptUri("s3://renders/m")
                        .build());
    }

    private List<WorkStage> planned(String... stages) {
        return ((Planning.Planned) plan(stages))
                .plan().getItemsList().stream()
                        .map(PlannedItem::getStagesList)
                        .flatMap(List::stream)
                        .map(stage -> stage.getWork())
                        .toList();
    }

    private Planning plan(String... stages) {
        return Planner.plan(Requests.job(String.join(",", stages)), catalogue);
    }

    private static String text(String model, String more) {
        return "{\"kind\": \"text2img\", \"model\": \"%s\", \"prompt\": \"a fox\"%s}".formatted(model, more);
    }

    private static String image(String model, String more) {
        return "{\"kind\": \"img2img\", \"model\": \"%s\", \"prompt\": \"a fox\"%s}".formatted(model, more);
    }

    private static PixelPair pair(int vertical, int horizontal) {
        return PixelPair.newBuilder()
                .setVertical(vertical)
                .setHorizontal(horizontal)
                .build();
    }
}
