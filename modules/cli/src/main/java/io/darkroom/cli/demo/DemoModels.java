package io.darkroom.cli.demo;

import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.local.BundledModels;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the models lie that the demo's jobs name.
 *
 * @param folder that was looked through
 * @param paths by name
 * @param missing names of those that are not there
 */
record DemoModels(Path folder, Map<String, Path> paths, Set<String> missing) {

    static DemoModels find(BundledModels models, Collection<String> names) {
        Map<String, Path> paths = new TreeMap<>();
        names.forEach(name -> models.find(name).ifPresent(path -> paths.put(name, path)));
        Set<String> missing = new TreeSet<>(names);
        missing.removeAll(paths.keySet());
        return new DemoModels(models.folder(), paths, missing);
    }

    /**
     * @throws CommandFailure that names those of these which are missing
     */
    DemoModels require(Collection<String> names) {
        Set<String> wanting = new TreeSet<>(names);
        wanting.retainAll(missing);
        if (!wanting.isEmpty()) {
            throw CommandFailure.infrastructure("there is no " + String.join(" and no ", wanting) + " in " + folder
                    + "; the demo needs " + String.join(", ", names));
        }
        return this;
    }

    List<Path> all() {
        return List.copyOf(paths.values());
    }

    Path of(String name) {
        return paths.get(name);
    }
}
