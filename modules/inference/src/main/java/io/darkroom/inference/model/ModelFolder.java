package io.darkroom.inference.model;

import io.darkroom.diffusion.sampler.SamplerConfig;
import io.darkroom.diffusion.sampler.SamplerOptionException;
import io.darkroom.inference.onnx.ResidualInputs;
import io.darkroom.inference.onnx.UNetGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A model on disk in the layout that {@code optimum-cli export onnx} writes: {@code
 * model_index.json}, one folder per network with {@code model.onnx}, {@code tokenizer/} and {@code
 * scheduler/}. Opening checks everything that can be checked without loading weights; nothing
 * outside the folder is ever read.
 */
public final class ModelFolder implements ServedModel {
    /** diffusers' pipeline of the upscaler by four forces it, because old checkpoints say another. */
    private static final double UPSCALER_SCALING = 0.08333;

    private final Path path;
    private final FolderFiles files;
    private final ModelFamily family;
    private final XlOptions xl;
    private final List<TextPart> texts;
    private final Optional<PriorPart> prior;
    private final Optional<SafetyCheckerPart> safetyChecker;
    private final Component unet;
    private final Component vaeEncoder;
    private final Component vaeDecoder;
    private final VaeShape vae;
    private final UNetShape unetShape;
    private final SamplerConfig samplerConfig; // as the file says
    private final Optional<LowResolution> lowResolution;
    private final Optional<ResidualShape> residuals;
    private final Digests digests;

    private ModelFolder(Path path) throws ModelException {
        this.path = path;
        this.files = new FolderFiles(path);
        this.digests = new Digests(files);
        JsonFields index = JsonFields.read(files, "model_index.json");
        String className = index.text("_class_name");
        this.xl = XlOptions.read(index);
        ModelFamily named = ModelFamily.of(className, xl)
                .orElseThrow(() -> new ModelException("model_index.json: _class_name: "
                        + className
                        + " is not supported; supported are "
                        + ModelFamily.SUPPORTED));
        this.unet = Component.open(files, "unet");
        if (named.isXl()) {
            xl.requireFitting(unet);
        }
        this.vaeEncoder = Component.open(files, "vae_encoder");
        this.vaeDecoder = Component.open(files, "vae_decoder");
        VaeShape ownVae = named.decodesEmbeddings()
                ? VaeShape.readMovq(files, vaeEncoder, vaeDecoder)
                : VaeShape.read(files, vaeEncoder, vaeDecoder);
        this.vae = named == ModelFamily.UPSCALE ? ownVae.scaledBy(UPSCALER_SCALING) : ownVae;
        this.unetShape = UNetShape.read(files, unet);
        this.family = named.shown(unetShape, vae);
        this.residuals = readResiduals();
        this.safetyChecker = SafetyCheckerPart.open(files);
        this.prior = family.hasPrior() ? Optional.of(PriorPart.open(files, "prior_")) : Optional.empty();
        this.texts = readTexts();
        this.samplerConfig = readSamplerConfig();
        this.lowResolution =
                family == ModelFamily.UPSCALE ? Optional.of(LowResolution.read(files, unet, index)) : Optional.empty();
    }

    /**
     * Opens a folder.
     *
     * @throws ModelException naming the file at fault and what would be right
     */
    public static ModelFolder open(Path folder) throws ModelException {
        if (!Files.isDirectory(folder)) {
            throw new ModelException(folder + ": is no folder; a model is a folder with model_index.json in it");
        }
        try {
            return new ModelFolder(folder.toRealPath());
        } catch (IOException e) {
            throw new ModelException(folder + ": cannot be opened", e);
        }
    }

    @Override
    public Path path() {
        return path;
    }

    public ModelFamily family() {
        return family;
    }

    /** What SDXL's pipelines read of {@code model_index.json}. */
    public XlOptions xl() {
        return xl;
    }

    /** The text encoders in the order in which their states are put side by side: one, or SDXL's two. */
    public List<TextPart> texts() {
        return texts;
    }

    /** Kandinsky's; empty for all others. */
    public Optional<PriorPart> prior() {
        return prior;
    }

    /** What tells pictures that should not be shown; empty for a model without one. */
    public Optional<SafetyCheckerPart> safetyChecker() {
        return safetyChecker;
    }

    public Component unet() {
        return unet;
    }

    public Component vaeEncoder() {
        return vaeEncoder;
    }

    public Component vaeDecoder() {
        return vaeDecoder;
    }

    public VaeShape vae() {
        return vae;
    }

    public UNetShape unetShape() {
        return unetShape;
    }

    /** What the UNet adds of ControlNets; empty for a family that takes none, or a graph that does not show where. */
    public Optional<ResidualShape> residuals() {
        return residuals;
    }

    /** Pixels per latent, 8 for Stable Diffusion. */
    public int vaeScaleFactor() {
        return vae.scaleFactor();
    }

    public int latentChannels() {
        return vae.latentChannels();
    }

    /** Files of the tokenizer and others, guarded. */
    public FolderFiles files() {
        return files;
    }

    /** How the upscaler by four treats its input; empty for all others. */
    public Optional<LowResolution> lowResolution() {
        return lowResolution;
    }

    /** The model's own sampler, as its pipeline in diffusers adjusts it on loading. */
    public SamplerConfig samplerConfig() {
        return family == ModelFamily.STABLE_DIFFUSION ? samplerConfig.asLoadedByStableDiffusion() : samplerConfig;
    }

    /** The same as its file says, for pipelines that do not adjust it. */
    public SamplerConfig uncorrectedSamplerConfig() {
        return samplerConfig;
    }

    /** The same as diffusers' inpainting pipeline adjusts it. */
    public SamplerConfig inpaintingSamplerConfig() {
        return samplerConfig.asLoadedForInpainting();
    }

    @Override
    public String digest() throws ModelException {
        return digests.model();
    }

    /**
     * The same over the VAE's files. Latents may go from one model to another only if these are
     * equal.
     */
    public String vaeDigest() throws ModelException {
        return digests.vae();
    }

    @Override
    public void verify() throws ModelException {
        digests.verify();
    }

    @Override
    public String describe() {
        return family.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelFolder folder && folder.path.equals(path);
    }

    @Override
    public int hashCode() {
        return Objects.hash(path);
    }

    @Override
    public String toString() {
        return "ModelFolder[" + path.getFileName() + "]";
    }

    /** SDXL's refiner has the second encoder only. */
    private List<TextPart> readTexts() throws ModelException {
        if (family.decodesEmbeddings() || family.hasPrior()) {
            return prior.map(PriorPart::text).stream().toList();
        }
        List<TextPart> parts = new ArrayList<>();
        if (!family.isXl() || files.has("text_encoder/" + Component.FILE)) {
            parts.add(TextPart.open(files, "text_encoder", "tokenizer"));
        }
        if (family.isXl()) {
            parts.add(TextPart.open(files, "text_encoder_2", "tokenizer_2"));
        }
        return List.copyOf(parts);
    }

    private Optional<ResidualShape> readResiduals() throws ModelException {
        if (family != ModelFamily.STABLE_DIFFUSION && family != ModelFamily.STABLE_DIFFUSION_XL) {
            return Optional.empty();
        }
        ResidualShape shape = ResidualShape.read(JsonFields.read(files, "unet/config.json"));
        try {
            boolean taken = unet.graph().inputs().stream().anyMatch(port -> ResidualInputs.isOne(port.name()))
                    || UNetGraph.showsPlaces(unet.file(), shape.count());
            return taken ? Optional.of(shape) : Optional.empty();
        } catch (IOException e) {
            throw new ModelException("unet/model.onnx: cannot be read", e);
        }
    }

    private SamplerConfig readSamplerConfig() throws ModelException {
        String file = "scheduler/scheduler_config.json";
        Map<String, Object> json = files.json(file);
        try {
            return SamplerConfig.of(json);
        } catch (SamplerOptionException e) {
            throw new ModelException(file + ": " + e.getMessage(), e);
        }
    }
}
