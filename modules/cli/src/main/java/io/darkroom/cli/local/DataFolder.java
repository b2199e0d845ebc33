package io.darkroom.cli.local;

import io.darkroom.artifacts.FolderLocks;
import io.darkroom.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder of data that belongs to this process as long as it is open. A second process would truncate the log of the first and
 * take its broker's files away under it, so the claim comes before anything in the folder is read or written. The system gives up
 * the claim of a process that dies, however it does.
 */
public final class DataFolder implements AutoCloseable {
    private static final String LOCK = "darkroom.lock";

    private final FolderLocks.Held lock;

    private DataFolder(FolderLocks.Held lock) {
        this.lock = lock;
    }

    /**
     * Makes the folder if need be.
     *
     * @param command that claims it, as its user calls it
     * @param option that names the folder
     * @throws CommandFailure if another process holds the folder, or if it cannot be made or written to
     */
    public static DataFolder claim(Path folder, String command, String option) {
        try {
            Files.createDirectories(folder);
            FolderLocks locks = new FolderLocks(folder);
            Optional<FolderLocks.Held> held = locks.tryAcquire(LOCK);
            if (held.isEmpty()) {
                String holder = locks.holder(LOCK).orElse("another process");
                throw CommandFailure.infrastructure(option + ": " + folder + " is in use by " + holder
                        + ". Stop that one first, or name another folder with " + option);
            }
            held.get().sign(command + ", process " + ProcessHandle.current().pid());
            return new DataFolder(held.get());
        } catch (IOException e) {
            throw CommandFailure.infrastructure(
                    option + ": " + folder + " is not a folder that can be written to (" + e + "); name another one",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
