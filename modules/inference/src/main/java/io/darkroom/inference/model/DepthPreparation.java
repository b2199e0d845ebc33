package io.darkroom.inference.model;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a depth estimator's pictures are prepared: transformers' {@code DPTImageProcessor}, as {@code preprocessor_config.json}
 * sets it up.
 *
 * @param resized whether pictures are brought to a size at all
 * @param height pixels
 * @param width pixels
 * @param keepAspectRatio whether only the side that changes less gets its size, and the other follows
 * @param multiple that heights and widths are rounded to
 * @param resample Pillow's number of the filter: 0 nearest, 1 Lanczos, 2 bilinear, 3 bicubic, 4 box
 * @param scale what bytes are multiplied by
 * @param mean of each channel, subtracted after that
 * @param deviation of each channel, divided by at last
 */
public record DepthPreparation(
        boolean resized,
        int height,
        int width,
        boolean keepAspectRatio,
        int multiple,
        int resample,
        double scale,
        List<Double> mean,
        List<Double> deviation) {
    private static final Set<String> PROCESSORS = Set.of("DPTImageProcessor", "DPTImageProcessorFast");
    private static final int MOST_PIXELS = 4096;

    public DepthPreparation {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
    }

    static DepthPreparation read(FolderFiles files, String file) throws ModelException {
        JsonFields config = JsonFields.read(files, file);
        String processor = config.values().containsKey("image_processor_type")
                ? config.text("image_processor_type")
                : "DPTImageProcessor";
        if (!PROCESSORS.contains(processor)) {
            throw new ModelException(file + ": image_processor_type: " + processor
                    + " is not supported; supported is DPTImageProcessor");
        }
        if (config.flag("do_pad", false)) {
            throw new ModelException(file + ": do_pad: padded pictures are not supported; export it without");
        }
        boolean normalised = config.flag("do_normalize", true);
        JsonFields size = new JsonFields(
                file + ": size",
                config.values().get("size") instanceof Map<?, ?> given
                        ? Map.of("height", number(given, "height"), "width", number(given, "width"))
                        : Map.of());
        return new DepthPreparation(
                config.flag("do_resize", true),
                size.integer("height", 1, MOST_PIXELS).orElse(384),
                size.integer("width", 1, MOST_PIXELS).orElse(384),
                config.flag("keep_aspect_ratio", false),
                config.integer("ensure_multiple_of", 1, MOST_PIXELS).orElse(1),
                config.integer("resample", 0, 4).orElse(3),
                config.flag("do_rescale", true)
                        ? config.positive("rescale_factor").orElse(1 / 255.0)
                        : 1,
                normalised ? channels(config, "image_mean", file) : List.of(0.0, 0.0, 0.0),
                normalised ? channels(config, "image_std", file) : List.of(1.0, 1.0, 1.0));
    }

    private static Object number(Map<?, ?> size, String name) {
        Object value = size.get(name);
        return value == null ? 384 : value;
    }

    private static List<Double> channels(JsonFields config, String name, String file) throws ModelException {
        List<Double> given = config.numbers(name);
        if (given.isEmpty()) {
            return List.of(0.5, 0.5, 0.5);
        }
        if (given.size() != 3 || given.stream().anyMatch(value -> name.equals("image_std") && value <= 0)) {
            throw new ModelException(file + ": " + name + ": must be three numbers, deviations above 0");
        }
        return given;
    }
}
