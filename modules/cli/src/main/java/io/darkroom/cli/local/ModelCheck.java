package io.darkroom.cli.local;

import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ServedModel;
import io.darkroom.worker.model.AdapterFile;
import java.nio.file.Path;

/** Reads a model folder whole. */
public final class ModelCheck {
    private ModelCheck() {}

    /**
     * @throws CommandFailure naming the file that is not as it must be
     */
    public static void verify(Path path, Terminal terminal) {
        try {
            if (AdapterFile.isOne(path)) {
                terminal.line(path + ": whole, digest " + AdapterFile.open(path).digest());
                return;
            }
            ServedModel folder = ModelFolders.open(path);
            folder.verify();
            terminal.line(path + ": whole, " + folder.describe() + ", digest " + folder.digest());
        } catch (ModelException e) {
            throw CommandFailure.infrastructure(path + ": " + e.getMessage(), e);
        }
    }
}
