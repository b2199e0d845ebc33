package io.darkroom.cli.local;

import io.darkroom.cli.CommandFailure;
import io.darkroom.inference.model.FolderFiles;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ServedModel;
import io.darkroom.worker.model.AdapterFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds model folders on this machine. */
public final class ModelFolders {
    private static final String INDEX = "model_index.json";
    private static final String MANIFEST = "manifest.json";

    private ModelFolders() {}

    /** Whether the folder itself is a model, or the file something that is added to one. */
    public static boolean isModel(Path folder) {
        return ServedModel.isOne(folder) || AdapterFile.isOne(folder);
    }

    /**
     * The models that each of the given folders is, or holds.
     *
     * @throws CommandFailure when one of them has none
     */
    public static List<Path> in(List<Path> folders) {
        List<Path> models = new ArrayList<>();
        folders.forEach(folder -> models.addAll(in(folder)));
        return models;
    }

    /**
     * What a model is called that has no other name: its folder's name, in the letters of names.
     */
    public static String name(Path folder) {
        String name =
                folder.toAbsolutePath().normalize().getFileName().toString().replaceAll("\\.safetensors$", "");
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[._-]+", "");
        return plain.isEmpty() ? "model" : plain;
    }

    /** What lies in a folder of models, looks like one, and is none: each with the reason. */
    static List<String> leftOut(Path folder) {
        if (isModel(folder) || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> !isModel(child))
                    .sorted()
                    .flatMap(child -> whyNot(child).stream())
                    .toList();
        } catch (IOException e) {
            throw CommandFailure.infrastructure(folder + " cannot be listed", e);
        }
    }

    private static Optional<String> whyNot(Path path) {
        String name = path.getFileName().toString();
        if (name.startsWith(".")) {
            return Optional.empty();
        }
        Optional<String> pickled = PickledWeights.in(path);
        if (pickled.isPresent()) {
            return pickled;
        }
        if (Files.isDirectory(path)) {
            return Optional.of(path + ": has neither " + INDEX
                    + ", as `optimum-cli export onnx` writes it, nor one safetensors" + " file beside a " + MANIFEST);
        }
        if (name.endsWith(".safetensors")) {
            return Optional.of(path + ": is a link; put the file itself there");
        }
        return name.endsWith(".onnx") || name.endsWith(".gguf")
                ? Optional.of(path + ": is not a model by itself; a model is a folder with " + INDEX)
                : Optional.empty();
    }

    /** Of all files of a model. */
    static long bytes(Path model) {
        try (Stream<Path> files = Files.walk(model)) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        } catch (IOException e) {
            throw CommandFailure.infrastructure(model + " cannot be listed", e);
        }
    }

    /** What the folder's manifest says, if it has one that says it in a few words. */
    static Optional<String> licence(Path folder) throws ModelException {
        FolderFiles files = new FolderFiles(folder);
        return Optional.ofNullable(files.has(MANIFEST) ? files.json(MANIFEST).get("license") : null)
                .map(Object::toString)
                .filter(licence -> !licence.equals("unknown") && licence.matches("[\\w.+() -]{1,200}"));
    }

    /** Opens a folder, or says what is wrong with it. */
    static ServedModel open(Path folder) {
        try {
            return ServedModel.open(folder);
        } catch (ModelException e) {
            throw CommandFailure.infrastructure(folder + ": " + e.getMessage(), e);
        }
    }

    private static List<Path> in(Path folder) {
        if (isModel(folder)) {
            return List.of(folder);
        }
        if (!Files.isDirectory(folder)) {
            throw CommandFailure.infrastructure(folder
                    + " is no folder; name a folder as `optimum-cli export onnx` writes it,"
                    + " or one that holds such folders");
        }
        try (Stream<Path> children = Files.list(folder)) {
            List<Path> models = children.filter(ModelFolders::isModel).sorted().toList();
            if (models.isEmpty() && !leftOut(folder).isEmpty()) {
                throw CommandFailure.infrastructure(folder + " holds no model: " + String.join("; ", leftOut(folder)));
            }
            if (models.isEmpty()) {
                throw CommandFailure.infrastructure(folder
                        + " holds no model; a model is a folder with "
                        + INDEX
                        + ", as `optimum-cli export onnx` writes it");
            }
            return models;
        } catch (IOException e) {
            throw CommandFailure.infrastructure(folder + " cannot be listed", e);
        }
    }
}
