package io.darkroom.cli.local;

import io.darkroom.cli.CommandFailure;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where a user's programs keep what nobody looks at: the XDG base directories. */
public final class StateFolder {
    private StateFolder() {}

    /**
     * Darkroom's folder there, which need not exist.
     *
     * @param environment of the process
     * @throws CommandFailure if neither XDG_STATE_HOME nor HOME is an absolute path
     */
    public static Path of(Map<String, String> environment) {
        return absolute(environment, "XDG_STATE_HOME")
                .or(() -> absolute(environment, "HOME").map(home -> home.resolve(".local/state")))
                .map(state -> state.resolve("darkroom"))
                .orElseThrow(() -> CommandFailure.infrastructure(
                        "neither $XDG_STATE_HOME nor $HOME names a folder; say where state is kept with --state-dir"));
    }

    /**
     * Darkroom's folder for what can be had again, which need not exist.
     *
     * @param environment of the process
     * @throws CommandFailure if neither XDG_CACHE_HOME nor HOME is an absolute path
     */
    public static Path ofCaches(Map<String, String> environment, String option) {
        return absolute(environment, "XDG_CACHE_HOME")
                .or(() -> absolute(environment, "HOME").map(home -> home.resolve(".cache")))
                .map(caches -> caches.resolve("darkroom"))
                .orElseThrow(() -> CommandFailure.infrastructure(
                        "neither $XDG_CACHE_HOME nor $HOME names a folder; name one with " + option));
    }

    /** The specification has relative paths ignored. */
    private static Optional<Path> absolute(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable))
                .filter(value -> !value.isEmpty())
                .map(Path::of)
                .filter(Path::isAbsolute);
    }
}
