package io.darkroom.worker.execution;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.ServedModel;
import io.darkroom.pipelines.EmbeddingSource;
import io.darkroom.pipelines.Picture;
import io.darkroom.pipelines.PriorCall;
import io.darkroom.pipelines.PriorSampling;
import io.darkroom.pipelines.Prompt;
import io.darkroom.pipelines.Sampling;
import io.darkroom.pipelines.Seeds;
import io.darkroom.pipelines.StageCall;
import io.darkroom.worker.attempt.WorkFault;
import java.util.Optional;

/** The stages of Kandinsky's models, from the wire's words into the pipelines'. */
final class KandinskyCalls {
    private KandinskyCalls() {}

    /** The call of a stage that makes image embeddings and nothing else. */
    static PriorCall prior(WorkStage stage, ServedModel model) {
        return new PriorCall(
                model,
                StageCalls.prompt(stage),
                new PriorSampling(
                        stage.getSampling().getNumInferenceSteps(),
                        stage.getSampling().getGuidanceScale()),
                StageCalls.seeds(stage),
                stage.getNumImagesPerPrompt());
    }

    /** @param given what a prior's stage made */
    static StageCall of(
            WorkStage stage, ModelFolder model, Prompt prompt, Sampling sampling, Seeds seeds, Optional<Picture> given)
            throws WorkFault {
        EmbeddingSource prior = source(stage, given);
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

    private static EmbeddingSource source(WorkStage stage, Optional<Picture> given) throws WorkFault {
        if (given.isEmpty()) {
            return new EmbeddingSource.OfPrompt(new PriorSampling(
                    stage.getSampling().getPriorNumInferenceSteps(),
                    stage.getSampling().getPriorGuidanceScale()));
        }
        if (given.get() instanceof Picture.Embeddings embeddings) {
            return new EmbeddingSource.Made(embeddings);
        }
        throw StageFaults.malformed("image_embeds are no embeddings");
    }
}
