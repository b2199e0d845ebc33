package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.wire.WorkStage.KindCase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As diffusers' AutoPipelineForText2Image, ForImage2Image and ForInpainting choose. */
class AutoPlanTest {
    private static final String PICTURE = "\"input\": \"s3://renders/in.png\"";

    private final Catalogue catalogue = Catalogue.of(models());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        emoji   | "prompt": "p"                                                                | TEXT2IMG
        emoji   | "prompt": "p", "input": "s3://renders/in.png"                                | IMG2IMG
        emoji   | "prompt": "p", "input": "s3://renders/in.png", "mask": "s3://renders/m.png"  | INPAINT
        xl      | "prompt": "p"                                                                | TEXT2IMG
        xl      | "prompt": "p", "input": "s3://renders/in.png"                                | IMG2IMG
        refiner | "prompt": "p", "input": "s3://renders/in.png"                                | IMG2IMG
        holes   | "prompt": "p", "input": "s3://renders/in.png", "mask": "s3://renders/m.png"  | INPAINT
        four    | "input": "s3://renders/in.png", "noise_level": 40                            | UPSCALE
        two     | "input": "s3://renders/in.png"                                               | UPSCALE
        """)
    void theKindFollowsFromTheModelAndThePicture(String model, String fields, KindCase kind) {
        assertThat(planned(model, fields).getKindCase()).isEqualTo(kind);
    }

    @Test
    void anUpscalerHasItsOwnDefaultsAndItsNoiseLevel() {
        WorkStage stage = planned("four", PICTURE + ", \"noise_level\": 40");

        assertThat(stage.getUpscale().getNoiseLevel()).isEqualTo(40);
        assertThat(stage.getSampling().getNumInferenceSteps()).isEqualTo(75);
        assertThat(stage.getSampling().getGuidanceScale()).isEqualTo(9.0);
        assertThat(planned("four", PICTURE + ", \"num_inference_steps\": 3")
                        .getSampling()
                        .getNumInferenceSteps())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        four    | "prompt": "p"                                     | input       | is missing; four enlarges a picture, so name a stage or a picture's URI
        four    | "input": "s3://renders/in.png", "strength": 0.5   | strength    | four has no such parameter; leave it out
        emoji   | "input": "s3://renders/in.png"                    | prompt      | is missing; emoji has to be told what to draw
        emoji   | "prompt": "p", "noise_level": 4                   | noise_level | emoji has no such parameter; leave it out
        refiner | "prompt": "p"                                     | model       | refiner cannot run text2img; it runs img2img
        nothing | "prompt": "p"                                     | model       | nothing is not in the catalogue
        """)
    void whatTheModelCannotDoIsSaid(String model, String fields, String field, String message) {
        Planning.Refused refused = (Planning.Refused) plan(model, fields);

        Fault first = refused.faults().getFirst();
        assertThat(first.path()).isEqualTo("stages[0]." + field);
        assertThat(first.message()).startsWith(message);
    }

    @Test
    void anUpscalerThatIsGivenNoPictureIsToldThatFirst() {
        Planning.Refused refused = (Planning.Refused) plan("two", "\"prompt\": \"p\"");

        assertThat(refused.faults().getFirst().path()).isEqualTo("stages[0].input");
    }

    private Planning plan(String model, String fields) {
        return Planner.plan(
                Requests.job("{ \"kind\": \"auto\", \"model\": \"%s\", %s }".formatted(model, fields)), catalogue);
    }

    private WorkStage planned(String model, String fields) {
        return switch (plan(model, fields)) {
            case Planning.Planned(var plan) ->
                plan.getItemsList().getLast().getStagesList().getLast().getWork();
            case Planning.Refused refused -> throw new AssertionError(refused.faults());
        };
    }

    private static Map<String, ModelEntry> models() {
        Map<String, ModelEntry> models = new HashMap<>(Requests.MODELS);
        List<StageKind> both = List.of(StageKind.TEXT2IMG, StageKind.IMG2IMG);
        add(models, Family.STABLE_DIFFUSION_XL, "xl", both.toArray(StageKind[]::new));
        add(models, Family.STABLE_DIFFUSION_XL_REFINER, "refiner", StageKind.IMG2IMG);
        add(models, Family.STABLE_DIFFUSION_INPAINTING, "holes", StageKind.IMG2IMG);
        add(models, Family.UPSCALER, "four", StageKind.UPSCALE);
        add(models, Family.LATENT_UPSCALER, "two", StageKind.UPSCALE);
        return models;
    }

    private static void add(Map<String, ModelEntry> models, Family family, String name, StageKind... kinds) {
        models.put(name, Requests.model(family, name, "cpu", "c", kinds));
    }
}
