package io.darkroom.artifacts;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a file that one attempt writes, {@code <prefix>/<tenant>/<id>/<run>/<work
 * item>/<attempt>/<sha256>.<ext>}; no other attempt writes under the same name. The last part is
 * the content's digest, so that writing a file twice is harmless and a reader can check what it
 * got.
 *
 * @param run of the job, from 1
 * @param workItem its index in the job, from 0
 * @param attempt minted by the router, from 1
 * @param sha256 of the content, 64 lower-case hexadecimal digits
 * @param extension without its dot
 */
public record ArtifactPath(
        String tenant, String id, int run, int workItem, int attempt, String sha256, String extension) {
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,16}");
    private static final Pattern FILE = Pattern.compile("(" + DIGEST + ")[.](" + EXTENSION + ")");
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,8}");
    private static final int SEGMENTS = 6;

    public ArtifactPath {
        require("tenant", tenant, SEGMENT);
        require("id", id, SEGMENT);
        require("sha256", sha256, DIGEST);
        require("extension", extension, EXTENSION);
        if (run < 0 || workItem < 0 || attempt < 0) {
            throw new IllegalArgumentException(
                    "run, work item and attempt are not negative: " + run + ", " + workItem + ", " + attempt);
        }
    }

    /**
     * The place of a file below some prefix; empty if its name is none that an attempt gives.
     *
     * @param uri of the file
     */
    public static Optional<ArtifactPath> read(URI uri) {
        String[] parts = Optional.ofNullable(uri.getPath()).orElse("").split("/", -1);
        Matcher file = FILE.matcher(parts[parts.length - 1]);
        if (parts.length < SEGMENTS || !file.matches()) {
            return Optional.empty();
        }
        int first = parts.length - SEGMENTS;
        boolean numbered = NUMBER.matcher(parts[first + 2]).matches()
                && NUMBER.matcher(parts[first + 3]).matches()
                && NUMBER.matcher(parts[first + 4]).matches();
        return numbered
                        && SEGMENT.matcher(parts[first]).matches()
                        && SEGMENT.matcher(parts[first + 1]).matches()
                ? Optional.of(new ArtifactPath(
                        parts[first],
                        parts[first + 1],
                        Integer.parseInt(parts[first + 2]),
                        Integer.parseInt(parts[first + 3]),
                        Integer.parseInt(parts[first + 4]),
                        file.group(1),
                        file.group(2)))
                : Optional.empty();
    }

    private static void require(String name, String value, Pattern pattern) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    name + ": \"" + value + "\" cannot be part of a path; it must match " + pattern);
        }
    }

    /**
     * @param prefix a URI that ends with a slash
     */
    public URI under(URI prefix) {
        if (!prefix.toString().endsWith("/")) {
            throw new IllegalArgumentException("the prefix must end with a slash: " + prefix + "/");
        }
        return URI.create(prefix + text());
    }

    /** Below its prefix. */
    public String text() {
        return String.join(
                "/",
                tenant,
                id,
                Integer.toString(run),
                Integer.toString(workItem),
                Integer.toString(attempt),
                sha256 + "." + extension);
    }
}
