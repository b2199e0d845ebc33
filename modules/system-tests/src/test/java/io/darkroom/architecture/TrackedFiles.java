package io.darkroom.architecture;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a repository must not hold: what a run left behind, what belongs to one machine, what is too large to be cloned by everybody. */
final class TrackedFiles {
    private static final long MOST_BYTES = 60L << 20;

    /** By path, from the root of the repository. */
    private static final List<Pattern> LEFT_BY_A_RUN = List.of(
            Pattern.compile("(^|.*/)(target|__pycache__|rocksdb|\\.jqwik-database)(/.*|$)"),
            Pattern.compile("(^|.*/)darkroom-(data|demo|broker)(/.*|$)"),
            // The module darkroom-router lies in modules/router; a folder of that name is a router's state.
            Pattern.compile("^darkroom-router/.*"),
            Pattern.compile(".*\\.(sst|jfr|hprof|pid|log|pyc)$"),
            Pattern.compile("(^|.*/)(hs_err_pid|replay_pid)[^/]*"),
            Pattern.compile("(^|.*/)core(\\.[0-9]+)?$"),
            Pattern.compile("(^|.*/)(meta\\.properties|darkroom\\.lock|\\.env)$"));

    /** Folders that are one person's or one machine's; written in pieces, so that this file is none of those it looks for. */
    private static final Pattern OF_ONE_MACHINE =
            Pattern.compile("(?<![A-Za-z0-9_./$}])/(" + "home|root|Users|work" + ")/[A-Za-z0-9._-]+/");

    private TrackedFiles() {}

    /** Why the file must not be tracked, if it must not. */
    static Optional<String> faultOf(String path, long bytes) {
        if (LEFT_BY_A_RUN.stream().anyMatch(left -> left.matcher(path).matches())) {
            return Optional.of(path + " was left behind by a run; remove it, and name its folder in .gitignore");
        }
        return bytes > MOST_BYTES
                ? Optional.of(path + " has " + bytes + " bytes; at most " + MOST_BYTES + " may be tracked")
                : Optional.empty();
    }

    /** Why the text must not stand in a tracked file, if it must not. */
    static Optional<String> faultOfText(String path, String text) {
        return OF_ONE_MACHINE
                .matcher(text)
                .results()
                .findFirst()
                .map(found -> path + " names a folder of one machine: " + found.group());
    }
}
