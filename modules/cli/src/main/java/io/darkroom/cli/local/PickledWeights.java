package io.darkroom.cli.local;

import io.darkroom.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Weights as torch saves them: Python pickles, which can run any program when they are opened. They are never read; whoever has
 * one is told so, and how to make a safetensors file of it.
 */
public final class PickledWeights {
    private static final List<String> SUFFIXES = List.of(".pt", ".pth", ".bin", ".ckpt", ".pkl");

    /** The forms that there are: a state_dict, in a dictionary or alone; A1111's string_to_param; diffusers' one tensor by its token. */
    private static final String CONVERSION = "import sys, torch; from safetensors.torch import save_file; t ="
            + " torch.load(sys.argv[1], map_location=\"cpu\", weights_only=True); t = t.get(\"state_dict\", t); t ="
            + " {\"emb_params\": t[\"string_to_param\"][\"*\"]} if \"string_to_param\" in t else t; save_file({k:"
            + " v.detach().clone().contiguous() for k, v in t.items() if torch.is_tensor(v)}, sys.argv[2])";

    private PickledWeights() {}

    /** Whether the name is of such a file. */
    public static boolean isNamed(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SUFFIXES.stream().anyMatch(lower::endsWith);
    }

    /**
     * @param flag that names it
     * @throws CommandFailure if it is such a file
     */
    public static void refuse(String flag, String file) {
        if (isNamed(file)) {
            throw CommandFailure.usage(flag + ": " + whatToDo(file), null);
        }
    }

    /** What is wrong with a file, or with the first such file of a folder; empty if there is none. */
    static Optional<String> in(Path path) {
        if (Files.isRegularFile(path)) {
            return Optional.of(path.toString()).filter(PickledWeights::isNamed).map(PickledWeights::whatToDo);
        }
        if (!Files.isDirectory(path)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(PickledWeights::isNamed)
                    .sorted()
                    .findFirst()
                    .map(PickledWeights::whatToDo);
        } catch (IOException e) {
            throw CommandFailure.infrastructure(path + " cannot be listed", e);
        }
    }

    private static String whatToDo(String file) {
        String stem = file.substring(0, file.lastIndexOf('.'));
        return file
                + " is a Python pickle, which can run any program when it is opened, so it is not read. A whole"
                + " checkpoint is exported with: python -m export FILE --out DIR (modules/models/README.md). Of a LoRA"
                + " or a textual inversion make a safetensors file:" + System.lineSeparator()
                + "  python -c '" + CONVERSION + "' '" + file + "' '" + stem + ".safetensors'";
    }
}
