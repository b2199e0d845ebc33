package io.darkroom.cli.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.cli.local.BundledModels;
import io.darkroom.cli.local.ModelFolders;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A ControlNet as the user named it.
 *
 * @param model a name of the catalogue, or a folder
 * @param image a file or a URI
 */
public record NamedControlNet(
        String model,
        String image,
        Optional<Double> conditioningScale,
        Optional<Double> guidanceStart,
        Optional<Double> guidanceEnd) {

    /** Where it lies on this machine. */
    Path folder(Optional<Path> models) {
        return ModelFolders.isModel(Path.of(model))
                ? Path.of(model)
                : BundledModels.locate(models).require(model);
    }

    /** The same with its picture where workers find it. */
    NamedControlNet placed(UnaryOperator<String> placing) {
        return new NamedControlNet(model, placing.apply(image), conditioningScale, guidanceStart, guidanceEnd);
    }

    /** Writes it as {@code schemas/job-request.schema.json} says. */
    void write(ObjectNode entry, CatalogueNames names) {
        entry.put("model", names.of(model)).put("image", image);
        conditioningScale.ifPresent(value -> entry.put("conditioning_scale", value));
        guidanceStart.ifPresent(value -> entry.put("guidance_start", value));
        guidanceEnd.ifPresent(value -> entry.put("guidance_end", value));
    }
}
