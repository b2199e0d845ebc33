package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.EmbedUris;
import io.darkroom.contract.request.Sweep;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.NamedInput;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.contract.request.ValidStage.Seed;
import io.darkroom.contract.wire.Animation;
import io.darkroom.contract.wire.Canny;
import io.darkroom.contract.wire.Decode;
import io.darkroom.contract.wire.Depth;
import io.darkroom.contract.wire.Grid;
import io.darkroom.contract.wire.Img2Img;
import io.darkroom.contract.wire.Inpaint;
import io.darkroom.contract.wire.MicroConditions;
import io.darkroom.contract.wire.PixelPair;
import io.darkroom.contract.wire.Prior;
import io.darkroom.contract.wire.Prompt;
import io.darkroom.contract.wire.PromptEmbeds;
import io.darkroom.contract.wire.Sampling;
import io.darkroom.contract.wire.SeedList;
import io.darkroom.contract.wire.Seeds;
import io.darkroom.contract.wire.Text2Img;
import io.darkroom.contract.wire.Upscale;
import io.darkroom.contract.wire.Variant;
import io.darkroom.contract.wire.WorkStage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Translates a stage of a request into a stage of a work item: defaults filled in, model pinned.
 */
final class Stages {
    /** diffusers' own. */
    private static final int DEFAULT_NOISE_LEVEL = 20;

    private Stages() {}

    /** @param model empty for a kind that needs none */
    static WorkStage work(ValidStage stage, Optional<ModelEntry> model) {
        return model.map(known -> withModel(stage, known)).orElseGet(() -> withoutModel(stage));
    }

    /**
     * Whether what comes in under that role may be latents; the upscaler by four is shown pixels, Kandinsky resizes them, and a
     * mask covers pixels, and depth is seen in pixels.
     */
    static boolean takesLatents(ValidStage stage, Optional<ModelEntry> model, String role) {
        return role.equals(NamedInput.PICTURE)
                && model.filter(known -> known.family() != Family.UPSCALER && !KandinskyRules.isKandinsky(known))
                        .isPresent()
                && !(stage.operation() instanceof Operation.Inpaint)
                && !(stage.operation() instanceof Operation.Depth);
    }

    private static WorkStage withoutModel(ValidStage stage) {
        WorkStage.Builder work = WorkStage.newBuilder().setId(stage.id()).setPublish(stage.publish());
        switch (stage.operation()) {
            case Operation.Grid grid -> work.setGrid(grid(grid));
            case Operation.Animation animation ->
                work.setAnimation(Animation.newBuilder()
                        .setDurationMillis(animation.durationMillis())
                        .setLoops(animation.loops()));
            case Operation.Canny(var _, Operation.Thresholds(double low, double high)) ->
                work.setCanny(Canny.newBuilder().setLowThreshold(low).setHighThreshold(high));
            case Operation.Text2Img _,
                    Operation.Img2Img _,
                    Operation.Inpaint _,
                    Operation.Upscale _,
                    Operation.Prior _,
                    Operation.Depth _ -> throw new IllegalArgumentException(stage.kind() + " needs a model");
        }
        return work.build();
    }

    private static Grid grid(Operation.Grid grid) {
        Grid.Builder work = Grid.newBuilder().setRows(grid.rows()).setColumns(grid.columns());
        grid.resize().ifPresent(work::setResize);
        return work.build();
    }

    private static WorkStage withModel(ValidStage stage, ModelEntry model) {
        WorkStage.Builder work = WorkStage.newBuilder()
                .setId(stage.id())
                .setModel(model.name())
                .setModelDigest(model.digest())
                .setPublish(stage.publish())
                .setPrompt(prompt(stage))
                .setSampling(sampling(stage, model))
                .setMicro(micro(stage.micro()))
                .setNumImagesPerPrompt(stage.numImagesPerPrompt());
        work.addAllVariants(variants(stage.sweep()));
        switch (stage.seed()) {
            case Seed.Minted _ -> {}
            case Seed.Single(long seed) -> work.setSeeds(Seeds.newBuilder().setSingle(seed));
            case Seed.PerImage(var seeds) ->
                work.setSeeds(
                        Seeds.newBuilder().setPerImage(SeedList.newBuilder().addAllSeeds(seeds)));
        }
        switch (stage.operation()) {
            case Operation.Text2Img(var width, var height) ->
                work.setText2Img(Text2Img.newBuilder()
                        .setWidth(width.orElse(ControlRules.defaultPixels(stage, Defaults.width(model))))
                        .setHeight(height.orElse(ControlRules.defaultPixels(stage, Defaults.height(model)))));
            case Operation.Img2Img img2img -> work.setImg2Img(img2img(img2img, model));
            case Operation.Inpaint inpaint ->
                work.setInpaint(Inpaint.newBuilder()
                        .setStrength(inpaint.strength().orElse(1.0))
                        .setMaskUri(inpaint.mask())
                        .setWidth(inpaint.width().orElse(model.defaultWidth()))
                        .setHeight(inpaint.height().orElse(model.defaultHeight())));
            case Operation.Upscale upscale -> work.setUpscale(upscale(upscale, model));
            case Operation.Depth _ -> work.setDepth(Depth.getDefaultInstance());
            case Operation.Prior _ -> work.setPrior(Prior.getDefaultInstance());
            case Operation.Grid _, Operation.Animation _, Operation.Canny _ ->
                throw new IllegalArgumentException(stage.kind() + " takes no model");
        }
        return work.build();
    }

    private static Img2Img img2img(Operation.Img2Img img2img, ModelEntry model) {
        Img2Img.Builder work = Img2Img.newBuilder().setStrength(Defaults.strength(img2img, model));
        if (KandinskyRules.isKandinsky(model)) {
            work.setWidth(img2img.width().orElse(Defaults.width(model)))
                    .setHeight(img2img.height().orElse(Defaults.height(model)));
        }
        return work.build();
    }

    private static List<Variant> variants(Sweep sweep) {
        List<Variant> variants = new ArrayList<>();
        for (int run = 0; run < sweep.runs(); run++) {
            Variant.Builder variant = Variant.newBuilder();
            if (!sweep.strengths().isEmpty()) {
                variant.setStrength(sweep.strengths().get(run));
            }
            if (!sweep.guidanceScales().isEmpty()) {
                variant.setGuidanceScale(sweep.guidanceScales().get(run));
            }
            variants.add(variant.build());
        }
        return variants.equals(List.of(Variant.getDefaultInstance())) ? List.of() : variants;
    }

    private static Upscale upscale(Operation.Upscale upscale, ModelEntry model) {
        Upscale.Builder work = Upscale.newBuilder();
        if (model.family() == Family.UPSCALER) {
            work.setNoiseLevel(upscale.noiseLevel().orElse(DEFAULT_NOISE_LEVEL));
        }
        return work.build();
    }

    /** A colon cannot stand in a user's stage id, so the name is free. */
    static WorkStage decodeOf(ValidStage stage, ModelEntry model) {
        return WorkStage.newBuilder()
                .setId(stage.id() + ":decode")
                .setModel(model.name())
                .setModelDigest(model.digest())
                .setDecode(Decode.getDefaultInstance())
                .build();
    }

    private static Prompt prompt(ValidStage stage) {
        Prompt.Builder prompt = Prompt.newBuilder()
                .setPrompt(stage.prompt())
                .setSyntax(stage.text().syntax());
        stage.negativePrompt().ifPresent(prompt::setNegativePrompt);
        stage.text().prompt2().ifPresent(prompt::setPrompt2);
        stage.text().negativePrompt2().ifPresent(prompt::setNegativePrompt2);
        stage.text().clipSkip().ifPresent(prompt::setClipSkip);
        if (!stage.text().embeds().given().isEmpty()) {
            prompt.setEmbeds(embeds(stage.text().embeds()));
        }
        return prompt.build();
    }

    private static PromptEmbeds embeds(EmbedUris uris) {
        PromptEmbeds.Builder embeds = PromptEmbeds.newBuilder();
        uris.prompt().ifPresent(embeds::setPromptUri);
        uris.negativePrompt().ifPresent(embeds::setNegativePromptUri);
        uris.pooledPrompt().ifPresent(embeds::setPooledPromptUri);
        uris.negativePooledPrompt().ifPresent(embeds::setNegativePooledPromptUri);
        return embeds.build();
    }

    private static MicroConditions micro(io.darkroom.contract.request.MicroConditions from) {
        MicroConditions.Builder micro = MicroConditions.newBuilder();
        from.pair("original_size").map(Stages::pair).ifPresent(micro::setOriginalSize);
        from.pair("crops_coords_top_left").map(Stages::pair).ifPresent(micro::setCropsCoordsTopLeft);
        from.pair("target_size").map(Stages::pair).ifPresent(micro::setTargetSize);
        from.pair("negative_original_size").map(Stages::pair).ifPresent(micro::setNegativeOriginalSize);
        from.pair("negative_crops_coords_top_left").map(Stages::pair).ifPresent(micro::setNegativeCropsCoordsTopLeft);
        from.pair("negative_target_size").map(Stages::pair).ifPresent(micro::setNegativeTargetSize);
        from.aestheticScore().ifPresent(micro::setAestheticScore);
        from.negativeAestheticScore().ifPresent(micro::setNegativeAestheticScore);
        return micro.build();
    }

    private static PixelPair pair(io.darkroom.contract.request.MicroConditions.Pair from) {
        return PixelPair.newBuilder()
                .setVertical(from.vertical())
                .setHorizontal(from.horizontal())
                .build();
    }

    private static Sampling sampling(ValidStage stage, ModelEntry model) {
        ValidStage.Sampling from = stage.sampling();
        Sampling.Builder sampling = Sampling.newBuilder()
                .setNumInferenceSteps(Defaults.steps(stage, model))
                .setGuidanceScale(Defaults.guidanceScale(stage, model))
                .setGuidanceRescale(from.guidanceRescale())
                .setEta(from.eta())
                .setScheduler(from.scheduler().orElse(""));
        if (KandinskyRules.runsOwnPrior(stage, model)) {
            sampling.setPriorNumInferenceSteps(from.prior().numInferenceSteps().orElse(StageKind.PRIOR.defaultSteps()))
                    .setPriorGuidanceScale(from.prior().guidanceScale().orElse(Defaults.PRIOR_GUIDANCE_SCALE));
        }
        from.denoisingStart().ifPresent(sampling::setDenoisingStart);
        from.denoisingEnd().ifPresent(sampling::setDenoisingEnd);
        from.schedulerOptions()
                .forEach((name, value) ->
                        sampling.putSchedulerOptions(name, new String(Json.write(value), StandardCharsets.UTF_8)));
        return sampling.build();
    }
}
