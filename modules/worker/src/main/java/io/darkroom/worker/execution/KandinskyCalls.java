package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.pipelines.PriorSampling;
import io.darkroom.pipelines.Prompt;
import io.darkroom.pipelines.Sampling;
import io.darkroom.pipelines.Seeds;
import io.darkroom.pipelines.StageCall;
import io.darkroom.worker.attempt.WorkFault;

/** The stages of Kandinsky's models, from the wire's words into the pipelines'. */
final class KandinskyCalls {
    private KandinskyCalls() {}

    static StageCall of(WorkStage stage, ModelFolder model, Prompt prompt, Sampling sampling, Seeds seeds)
            throws WorkFault {
        PriorSampling prior = new PriorSampling(
                stage.getSampling().getPriorNumInferenceSteps(),
                stage.getSampling().getPriorGuidanceScale());
        return switch (stage.getKindCase()) {
            case TEXT2IMG ->
                new StageCall.KandinskyText2Img(
                        model,
                        prompt,
                        sampling,
                        seeds,
                        stage.getNumImagesPerPrompt(),
                        stage.getText2Img().getWidth(),
                        stage.getText2Img().getHeight(),
                        prior);
            case IMG2IMG ->
                new StageCall.KandinskyImg2Img(
                        model,
                        prompt,
                        sampling,
                        seeds,
                        stage.getNumImagesPerPrompt(),
                        stage.getImg2Img().getStrength(),
                        stage.getImg2Img().getWidth(),
                        stage.getImg2Img().getHeight(),
                        prior);
            default -> throw new WorkFault(ErrorCode.INTERNAL, "Kandinsky's models do not run " + stage.getKindCase());
        };
    }
}
