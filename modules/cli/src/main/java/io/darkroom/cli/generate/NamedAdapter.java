package io.darkroom.cli.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.local.BundledModels;
import io.darkroom.cli.local.LocalSystem;
import io.darkroom.cli.local.PickledWeights;
import io.darkroom.worker.model.AdapterFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Something that is added to the model, as the user named it.
 *
 * @param model a name of the catalogue, or a file, or a folder with it
 * @param kind what it is
 */
public record NamedAdapter(String model, Kind kind) {
    /** What it is. */
    public sealed interface Kind {
        /** {@code word} is absent where the file, or the catalogue, says it. */
        record Inversion(Optional<String> word) implements Kind {}

        /** How much of it is added. */
        record Lora(double scale) implements Kind {}
    }

    /**
     * @param given a name or a file, and maybe an equals sign with the word that stands for it
     */
    public static NamedAdapter inversion(String given) {
        int equals = equals(given);
        PickledWeights.refuse("--textual-inversion", equals < 0 ? given : given.substring(0, equals));
        return equals < 0
                ? new NamedAdapter(given, new Kind.Inversion(Optional.empty()))
                : new NamedAdapter(
                        given.substring(0, equals), new Kind.Inversion(Optional.of(given.substring(equals + 1))));
    }

    /**
     * @param given a name or a file, and maybe an equals sign with the scale
     */
    public static NamedAdapter lora(String given) {
        int equals = equals(given);
        PickledWeights.refuse("--lora", equals < 0 ? given : given.substring(0, equals));
        if (equals < 0) {
            return new NamedAdapter(given, new Kind.Lora(1));
        }
        try {
            double scale = Double.parseDouble(given.substring(equals + 1));
            if (!Double.isFinite(scale)) {
                throw new NumberFormatException("a scale is finite");
            }
            return new NamedAdapter(given.substring(0, equals), new Kind.Lora(scale));
        } catch (NumberFormatException e) {
            throw CommandFailure.usage(
                    "--lora: " + given.substring(equals + 1) + " is not a scale, as in style=0.8", e);
        }
    }

    /** Where the name or file ends; a file may have such a sign in its own name, as in {@code lr=1e-4/style.safetensors}. */
    private static int equals(String given) {
        return AdapterFile.isOne(Path.of(given)) ? -1 : given.lastIndexOf('=');
    }

    /** Where it lies on this machine. */
    Path file(Optional<Path> models) {
        Path path = Path.of(model);
        return AdapterFile.isOne(path) ? path : BundledModels.locate(models).require(model);
    }

    /** Puts it into a catalogue of this process. */
    void importInto(LocalSystem system, Path file, String name, String pool) {
        switch (kind) {
            case Kind.Inversion(Optional<String> word) -> system.importAdapter(file, name, pool, word);
            case Kind.Lora _ -> system.importAdapter(file, name, pool, Optional.empty());
        }
    }

    /** Writes it as {@code schemas/job-request.schema.json} says. */
    void write(ObjectNode stage, CatalogueNames names) {
        switch (kind) {
            case Kind.Inversion _ -> stage.withArray("textual_inversions").add(names.of(model));
            case Kind.Lora(double scale) ->
                stage.withArray("loras")
                        .addObject()
                        .put("model", names.of(model))
                        .put("scale", scale);
        }
    }
}
