package io.darkroom.cli.generate;

import io.darkroom.cli.local.ModelFolders;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the models of one job are called in its catalogue. Those that the user named by name keep it; a file or a folder has its
 * own, with its folder's before it where another one has that already: diffusers calls every LoRA {@code
 * pytorch_lora_weights.safetensors}.
 */
final class CatalogueNames {
    private final Map<String, String> names = new HashMap<>();
    private final Map<Path, String> ofPaths = new HashMap<>();

    /**
     * @param given names, files and folders, as the user typed them
     */
    CatalogueNames(List<String> given) {
        Set<String> taken = new HashSet<>();
        given.stream().filter(model -> !lies(model)).forEach(name -> {
            names.put(name, name);
            taken.add(name);
        });
        given.stream().filter(CatalogueNames::lies).forEach(model -> {
            Path path = Path.of(model).toAbsolutePath().normalize();
            names.put(model, ofPaths.computeIfAbsent(path, place -> free(place, taken)));
        });
    }

    /** The name of one of those given. */
    String of(String given) {
        return names.get(given);
    }

    /** Whether it is called by its own name. */
    boolean isOwn(String given) {
        return !lies(given) || names.get(given).equals(ModelFolders.name(Path.of(given)));
    }

    private static String free(Path path, Set<String> taken) {
        String own = ModelFolders.name(path);
        String withFolder =
                path.getParent().getFileName() == null ? own : ModelFolders.name(path.getParent()) + "-" + own;
        String name = Stream.concat(
                        Stream.of(own, withFolder),
                        IntStream.iterate(2, number -> number + 1).mapToObj(number -> withFolder + "-" + number))
                .filter(candidate -> !taken.contains(candidate))
                .findFirst()
                .orElseThrow();
        taken.add(name);
        return name;
    }

    private static boolean lies(String given) {
        return ModelFolders.isModel(Path.of(given));
    }
}
