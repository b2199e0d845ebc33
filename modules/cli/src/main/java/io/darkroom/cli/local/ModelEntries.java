package io.darkroom.cli.local;

import io.darkroom.cli.CommandFailure;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Residuals;
import io.darkroom.contract.catalogue.ModelEntry.Scheduler;
import io.darkroom.contract.catalogue.ModelEntryBuilder;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.inference.model.ControlNetFolder;
import io.darkroom.inference.model.DepthFolder;
import io.darkroom.inference.model.LowResolution;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFamily;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.inference.model.PriorFolder;
import io.darkroom.inference.model.ResidualShape;
import io.darkroom.inference.model.ServedModel;
import io.darkroom.inference.model.TextPart;
import io.darkroom.worker.model.AdapterFile;
import java.util.List;
import java.util.Optional;

/** Describes a model for the catalogue, as far as its files say what it is. */
final class ModelEntries {
    private ModelEntries() {}

    static ModelEntryBuilder of(ServedModel folder, String name, String pool) throws ModelException {
        return switch (folder) {
            case ModelFolder model -> of(model, name, pool);
            case ControlNetFolder net -> of(net, name, pool);
            case DepthFolder depth -> of(depth, name, pool);
            case PriorFolder prior ->
                ModelEntry.of(ModelEntry.Family.KANDINSKY_PRIOR, name, prior.digest(), pool)
                        .kinds(List.of(StageKind.PRIOR));
        };
    }

    private static ModelEntryBuilder of(ControlNetFolder net, String name, String pool) throws ModelException {
        return ModelEntry.of(ModelEntry.Family.CONTROLNET, name, net.digest(), pool)
                .latents(net.residuals().inChannels(), net.pixelsPerLatent())
                .residuals(Optional.of(residuals(net.residuals())));
    }

    private static ModelEntryBuilder of(DepthFolder depth, String name, String pool) throws ModelException {
        return ModelEntry.of(ModelEntry.Family.DEPTH_ESTIMATOR, name, depth.digest(), pool)
                .kinds(List.of(StageKind.DEPTH));
    }

    private static ModelEntryBuilder of(ModelFolder folder, String name, String pool) throws ModelException {
        int pixels = folder.vaeScaleFactor();
        return ModelEntry.of(family(folder.family()), name, folder.digest(), pool)
                .kinds(kinds(folder.family()))
                .vae(Optional.of(folder.vaeDigest()))
                .latents(folder.latentChannels(), pixels)
                .size(
                        folder.unetShape().defaultWidth() * pixels,
                        folder.unetShape().defaultHeight() * pixels,
                        folder.unetShape().latentStep() * pixels)
                .maxNoiseLevel(folder.lowResolution().map(LowResolution::maxNoiseLevel))
                .residuals(folder.residuals().map(ModelEntries::residuals))
                .scheduler(Scheduler.of(
                        folder.uncorrectedSamplerConfig().json(),
                        !folder.unetShape().timestepType().isFloating(),
                        folder.unetShape().outChannels()))
                .textWidths(folder.texts().stream().map(TextPart::width).toList())
                .cost(NetworkCost.of(folder.path().resolve("unet")));
    }

    /**
     * @param token what prompts say for a textual inversion; absent: the one that its file names
     */
    static ModelEntryBuilder of(AdapterFile file, String name, String pool, Optional<String> token) {
        return switch (file.kind()) {
            case AdapterFile.Kind.Inversion inversion ->
                ModelEntry.of(ModelEntry.Family.TEXTUAL_INVERSION, name, file.digest(), pool)
                        .token(Optional.of(token(token.or(inversion::ownToken))))
                        .textWidths(inversion.widths());
            case AdapterFile.Kind.Weights(Optional<Integer> textWidth) ->
                ModelEntry.of(ModelEntry.Family.LORA, name, file.digest(), pool)
                        .textWidths(textWidth.stream().toList());
        };
    }

    /** A token with a space in it would never be found, nor one that a word could hold by chance. */
    private static String token(Optional<String> token) {
        String word = token.orElseThrow(() ->
                CommandFailure.job("--token is missing: the file names none; give the word for prompts, as in <cat>"));
        if (word.isBlank() || word.length() > 128 || word.chars().anyMatch(Character::isWhitespace)) {
            throw CommandFailure.job("--token: must be one word of up to 128 characters, as in <cat>");
        }
        return word;
    }

    private static Residuals residuals(ResidualShape shape) {
        return new Residuals(shape.inChannels(), shape.crossAttentionWidth(), shape.channels());
    }

    private static ModelEntry.Family family(ModelFamily family) {
        return switch (family) {
            case STABLE_DIFFUSION -> ModelEntry.Family.STABLE_DIFFUSION;
            case STABLE_DIFFUSION_INPAINT -> ModelEntry.Family.STABLE_DIFFUSION_INPAINTING;
            case STABLE_DIFFUSION_XL -> ModelEntry.Family.STABLE_DIFFUSION_XL;
            case STABLE_DIFFUSION_XL_REFINER -> ModelEntry.Family.STABLE_DIFFUSION_XL_REFINER;
            case LATENT_UPSCALE -> ModelEntry.Family.LATENT_UPSCALER;
            case UPSCALE -> ModelEntry.Family.UPSCALER;
            case KANDINSKY -> ModelEntry.Family.KANDINSKY;
            case KANDINSKY_DECODER -> ModelEntry.Family.KANDINSKY_DECODER;
        };
    }

    private static List<StageKind> kinds(ModelFamily family) {
        return switch (family) {
            case STABLE_DIFFUSION, STABLE_DIFFUSION_XL, KANDINSKY_DECODER ->
                List.of(StageKind.TEXT2IMG, StageKind.IMG2IMG);
            case KANDINSKY -> List.of(StageKind.TEXT2IMG, StageKind.IMG2IMG, StageKind.PRIOR);
            case STABLE_DIFFUSION_INPAINT, STABLE_DIFFUSION_XL_REFINER -> List.of(StageKind.IMG2IMG);
            case LATENT_UPSCALE, UPSCALE -> List.of(StageKind.UPSCALE);
        };
    }
}
