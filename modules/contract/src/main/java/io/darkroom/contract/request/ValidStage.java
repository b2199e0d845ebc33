package io.darkroom.contract.request;

import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.wire.PromptSyntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One stage of a valid request.
 *
 * @param position from 0
 * @param id as the request names it, else its position
 * @param publish whether its pictures belong to the result
 * @param keep whether what it hands on is kept beyond its job
 * @param model its name; empty for a kind that needs none
 * @param text what else the request says about the prompt
 * @param control the ControlNets beside its model
 * @param adapters what is added to its model
 * @param micro what SDXL is told about the picture
 * @param sweep lists of values; strength and guidance scale are then the first of theirs
 * @param images how many pictures the stage makes
 * @param automatic of a stage whose kind is left to its model; its operation is then text2img or img2img
 */
public record ValidStage(
        int position,
        String id,
        boolean publish,
        boolean keep,
        String model,
        String prompt,
        Optional<String> negativePrompt,
        TextOptions text,
        ControlOptions control,
        AdapterOptions adapters,
        MicroConditions micro,
        Sampling sampling,
        Sweep sweep,
        Seed seed,
        int numImagesPerPrompt,
        int images,
        Operation operation,
        Optional<Automatic> automatic) {

    /**
     * What the request says beyond its operation, for a model that has another.
     *
     * @param noiseLevel of an upscaler
     * @param prompted whether there is a prompt, be it an empty one, or its embeddings
     */
    public record Automatic(Optional<Integer> noiseLevel, boolean prompted) {}

    /** The same with the operation that its upscaler has: enlarging what the stage would have changed otherwise. */
    public ValidStage asUpscale(Operation.Upscale upscale) {
        return new ValidStage(
                position,
                id,
                publish,
                keep,
                model,
                prompt,
                negativePrompt,
                text,
                control,
                adapters,
                micro,
                sampling.defaultSteps() ? sampling.withSteps(StageKind.UPSCALE.defaultSteps()) : sampling,
                sweep,
                seed,
                numImagesPerPrompt,
                images,
                upscale,
                automatic);
    }

    /** The stage's kind on the wire. */
    public StageKind kind() {
        return switch (operation) {
            case Operation.Text2Img _ -> StageKind.TEXT2IMG;
            case Operation.Img2Img _, Operation.Inpaint _ -> StageKind.IMG2IMG;
            case Operation.Upscale _ -> StageKind.UPSCALE;
            case Operation.Grid _ -> StageKind.GRID;
            case Operation.Animation _ -> StageKind.ANIMATION;
            case Operation.Canny _ -> StageKind.CANNY;
            case Operation.Depth _ -> StageKind.DEPTH;
            case Operation.Prior _ -> StageKind.PRIOR;
        };
    }

    /** What the stage takes, in order, each with the field of the request that names it: first what it works on. */
    public List<NamedInput> inputs() {
        List<NamedInput> inputs = new ArrayList<>(workedOn());
        for (int net = 0; net < control.nets().size(); net++) {
            inputs.add(new NamedInput(
                    ControlOptions.imageField(net), control.nets().get(net).image()));
        }
        text.imageEmbeds().ifPresent(from -> inputs.add(new NamedInput(NamedInput.IMAGE_EMBEDS, from)));
        return List.copyOf(inputs);
    }

    /** Empty for a stage that starts from noise. */
    private List<NamedInput> workedOn() {
        return switch (operation) {
            case Operation.Text2Img _, Operation.Prior _ -> List.of();
            case Operation.Img2Img img2img -> List.of(new NamedInput(NamedInput.PICTURE, img2img.input()));
            case Operation.Inpaint inpaint -> List.of(new NamedInput(NamedInput.PICTURE, inpaint.input()));
            case Operation.Upscale upscale -> List.of(new NamedInput(NamedInput.PICTURE, upscale.input()));
            case Operation.Grid grid -> NamedInput.each(grid.inputs());
            case Operation.Animation animation -> NamedInput.each(animation.inputs());
            case Operation.Canny canny -> List.of(new NamedInput(NamedInput.PICTURE, canny.input()));
            case Operation.Depth depth -> List.of(new NamedInput(NamedInput.PICTURE, depth.input()));
        };
    }

    /** The picture that the stage works on; empty for one that starts from noise or takes a list of pictures. */
    public Optional<Input> input() {
        return inputs().stream()
                .filter(input -> input.role().equals(NamedInput.PICTURE))
                .map(NamedInput::from)
                .findFirst();
    }

    /** The fields of the request that only SDXL's pipelines have, by name. */
    public List<String> xlFields() {
        List<String> given = new ArrayList<>();
        text.prompt2().ifPresent(_ -> given.add("prompt_2"));
        text.negativePrompt2().ifPresent(_ -> given.add("negative_prompt_2"));
        text.embeds().pooledPrompt().ifPresent(_ -> given.add(EmbedUris.POOLED_PROMPT));
        text.embeds().negativePooledPrompt().ifPresent(_ -> given.add(EmbedUris.NEGATIVE_POOLED_PROMPT));
        sampling.denoisingStart().ifPresent(_ -> given.add("denoising_start"));
        sampling.denoisingEnd().ifPresent(_ -> given.add("denoising_end"));
        given.addAll(micro.given());
        return List.copyOf(given);
    }

    /** Whether the stage makes latents, rather than pictures only. */
    public boolean givesLatents() {
        return switch (operation) {
            case Operation.Text2Img _, Operation.Img2Img _, Operation.Inpaint _, Operation.Upscale _ -> true;
            case Operation.Grid _, Operation.Animation _, Operation.Canny _, Operation.Depth _, Operation.Prior _ ->
                false;
        };
    }

    /** The path of one of the stage's fields in the request, as faults name it. */
    public String path(String field) {
        return "stages[" + position + "]." + field;
    }

    /** What only one kind of stage has. */
    public sealed interface Operation {
        /** Sizes in pixels; empty: the model's own. */
        record Text2Img(Optional<Integer> width, Optional<Integer> height) implements Operation {}

        /**
         * @param strength 0..1; empty: the pipeline's own
         * @param width pixels to which the input is resized, for models that do so; empty: not said
         * @param height pixels; the same
         */
        record Img2Img(Input input, Optional<Double> strength, Optional<Integer> width, Optional<Integer> height)
                implements Operation {}

        /**
         * img2img with a mask.
         *
         * @param strength 0..1; empty: the pipeline's own
         * @param mask URI of a picture; allowed to the tenant, otherwise hostile
         * @param width pixels; empty: the model's own
         * @param height pixels; empty: the model's own
         */
        record Inpaint(
                Input input, Optional<Double> strength, String mask, Optional<Integer> width, Optional<Integer> height)
                implements Operation {}

        /** {@code noiseLevel} is empty where the request names none. */
        record Upscale(Input input, Optional<Integer> noiseLevel) implements Operation {}

        /**
         * All pictures on one sheet, row by row.
         *
         * @param resize pixels: each picture is first made a square of this side; empty: it stays as it is
         */
        record Grid(List<Input> inputs, int rows, int columns, Optional<Integer> resize) implements Operation {}

        /**
         * The pictures one after the other, as a GIF.
         *
         * @param durationMillis that each is shown
         * @param loops how often it is played; 0: without end
         */
        record Animation(List<Input> inputs, int durationMillis, int loops) implements Operation {}

        /** The edges of each picture, white on black. */
        record Canny(Input input, Thresholds thresholds) implements Operation {}

        /** The depth of each picture, bright where it is near. */
        record Depth(Input input) implements Operation {}

        /** Image embeddings from the prompt, and no picture. */
        record Prior() implements Operation {}

        /** How steep an edge is: none up to {@code low}, one beyond {@code high}, between them one that touches one. */
        record Thresholds(double low, double high) {}
    }

    /**
     * One thing that a stage takes.
     *
     * @param role the field of the request that names it; entries of a list share theirs
     */
    public record NamedInput(String role, Input from) {
        /** The picture that a stage works on. */
        public static final String PICTURE = "input";

        /** The pictures that a stage puts together. */
        public static final String PICTURES = "inputs";

        /** What a prior made of the prompt. */
        public static final String IMAGE_EMBEDS = "image_embeds";

        /** Whether it is what the stage works on, rather than what steers that. */
        public boolean isWorkedOn() {
            return role.equals(PICTURE) || role.equals(PICTURES);
        }

        static List<NamedInput> each(List<Input> inputs) {
            return inputs.stream().map(input -> new NamedInput(PICTURES, input)).toList();
        }
    }

    /** Where a stage's picture comes from. */
    public sealed interface Input {
        /** How many pictures it stands for. */
        default int images(List<ValidStage> stages) {
            return switch (this) {
                case Uri _ -> 1;
                case Stage(int position) -> stages.get(position).images();
            };
        }

        /** An earlier stage. */
        record Stage(int stagePosition) implements Input {}

        /** A picture in a store; allowed to the tenant, otherwise hostile. */
        record Uri(String uri) implements Input {}
    }

    /**
     * How to denoise; names and meaning are diffusers'. Option values are strings, numbers or
     * booleans. An absent guidance scale is the pipeline's own.
     *
     * @param defaultSteps whether the request says nothing about the steps
     */
    public record Sampling(
            int numInferenceSteps,
            boolean defaultSteps,
            Optional<Double> guidanceScale,
            double guidanceRescale,
            double eta,
            Optional<Double> denoisingStart,
            Optional<Double> denoisingEnd,
            Optional<String> scheduler,
            Map<String, Object> schedulerOptions,
            PriorOptions prior) {

        Sampling withSteps(int steps) {
            return new Sampling(
                    steps,
                    defaultSteps,
                    guidanceScale,
                    guidanceRescale,
                    eta,
                    denoisingStart,
                    denoisingEnd,
                    scheduler,
                    schedulerOptions,
                    prior);
        }

        /** Whether {@code denoising_start}, rather than a strength, says where to begin; at 0 and 1 it does not. */
        public boolean startsInTheMiddle() {
            return denoisingStart.filter(start -> start > 0 && start < 1).isPresent();
        }
    }

    /**
     * What else is said about the prompt.
     *
     * @param prompt2 for SDXL's second text encoder
     * @param negativePrompt2 the same of the negative prompt
     * @param clipSkip how many of the text encoder's last layers are left out
     * @param syntax how the texts are read
     * @param embeds what is encoded already; then there is no text
     * @param imageEmbeds the prior stage that read the prompt; then there is none here
     */
    public record TextOptions(
            Optional<String> prompt2,
            Optional<String> negativePrompt2,
            Optional<Integer> clipSkip,
            PromptSyntax syntax,
            EmbedUris embeds,
            Optional<Input> imageEmbeds) {}

    /** Of Kandinsky's prior: what is empty is the pipeline's own. */
    public record PriorOptions(Optional<Integer> numInferenceSteps, Optional<Double> guidanceScale) {}

    /** The seed that the request gives. */
    public sealed interface Seed {
        /** None: the router mints one for each picture. */
        record Minted() implements Seed {}

        /** One generator draws all pictures. */
        record Single(long seed) implements Seed {}

        /** One generator for each picture. */
        record PerImage(List<Long> seeds) implements Seed {}
    }
}
