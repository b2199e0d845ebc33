package io.darkroom.inference.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What tells pictures that should not be shown: an optional part of a model, with CLIP's way of preparing pictures for it.
 *
 * @param network gives the verdict on prepared pictures
 * @param side the shorter side of a picture is resized to this
 * @param crop height and width of the part of it, in the middle, that is looked at
 * @param rescale what bytes are multiplied with
 * @param mean of each colour, subtracted
 * @param deviation of each colour, divided by
 */
public record SafetyCheckerPart(
        Component network, int side, int crop, double rescale, List<Double> mean, List<Double> deviation) {
    private static final String FOLDER = "safety_checker";
    private static final String SETTINGS = FOLDER + "/preprocessor_config.json";
    private static final int COLOURS = 3;

    /** Pillow's number for it. */
    private static final int BICUBIC = 3;

    public SafetyCheckerPart {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
    }

    /** Empty for a model without one. */
    static Optional<SafetyCheckerPart> open(FolderFiles files) throws ModelException {
        return files.has(FOLDER + "/" + Component.FILE) ? Optional.of(read(files)) : Optional.empty();
    }

    private static SafetyCheckerPart read(FolderFiles files) throws ModelException {
        Component network = Component.open(files, FOLDER);
        network.requireFloating(network.input("clip_input"));
        network.requireFloating(network.output("nsfw_content_detected"));
        JsonFields settings = JsonFields.read(files, SETTINGS);
        requireUsual(settings);
        int side = side(settings, "size", "shortest_edge");
        int crop = side(settings, "crop_size", "height");
        if (crop > side || crop != side(settings, "crop_size", "width")) {
            throw new ModelException(SETTINGS + ": crop_size: must be a square no larger than size, which is " + side);
        }
        return new SafetyCheckerPart(
                network,
                side,
                crop,
                settings.positive("rescale_factor").orElse(1.0 / 255),
                settings.numbers("image_mean", COLOURS),
                settings.numbers("image_std", COLOURS));
    }

    /** Every known checker is prepared so. */
    private static void requireUsual(JsonFields settings) throws ModelException {
        for (String step : List.of("do_resize", "do_center_crop", "do_rescale", "do_normalize")) {
            if (!settings.flag(step, true)) {
                throw new ModelException(SETTINGS + ": " + step + ": must be true");
            }
        }
        if (settings.integer("resample", 0, 5).orElse(BICUBIC) != BICUBIC) {
            throw new ModelException(SETTINGS + ": resample: must be " + BICUBIC + ", bicubic");
        }
    }

    /** A number, or one of several by name. */
    private static int side(JsonFields settings, String field, String name) throws ModelException {
        JsonFields sizes = settings.values().get(field) instanceof Map<?, ?> named
                ? new JsonFields(
                        SETTINGS + ": " + field,
                        Map.of(
                                name,
                                Optional.<Object>ofNullable(named.get(name)).orElse("")))
                : new JsonFields(
                        SETTINGS,
                        Map.of(
                                name,
                                Optional.ofNullable(settings.values().get(field))
                                        .orElse("")));
        return sizes.integer(name, 1, 4096).orElseThrow();
    }
}
