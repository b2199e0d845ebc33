package io.darkroom.artifacts;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a file that is kept beyond its job, {@code <prefix>/<tenant>/kept/<name>/<sha256>.<ext>}: the same for whoever
 * makes it again, and never another tenant's.
 *
 * @param name a digest of all that decides the content, 64 lower-case hexadecimal digits
 * @param sha256 of the content, likewise
 * @param extension without its dot
 */
public record KeptPath(String tenant, String name, String sha256, String extension) {
    private static final String FOLDER = "/kept/";
    private static final Pattern FORM = Pattern.compile("(?:.*/)?([A-Za-z0-9_-][A-Za-z0-9._-]{0,127})" + FOLDER
            + "([0-9a-f]{64})/([0-9a-f]{64})[.]([a-z0-9]{1,16})");

    public KeptPath {
        if (!FORM.matcher(text(tenant, name, sha256, extension)).matches()) {
            throw new IllegalArgumentException("no path of a kept file: " + text(tenant, name, sha256, extension));
        }
    }

    /** Empty if the file's name is none that something kept has. */
    public static Optional<KeptPath> read(URI uri) {
        Matcher form = FORM.matcher(Optional.ofNullable(uri.getPath()).orElse(""));
        return form.matches()
                ? Optional.of(new KeptPath(form.group(1), form.group(2), form.group(3), form.group(4)))
                : Optional.empty();
    }

    /**
     * @param prefix a URI that ends with a slash
     */
    public URI under(URI prefix) {
        return URI.create(prefix + text(tenant, name, sha256, extension));
    }

    private static String text(String tenant, String name, String sha256, String extension) {
        return tenant + FOLDER + name + "/" + sha256 + "." + extension;
    }
}
