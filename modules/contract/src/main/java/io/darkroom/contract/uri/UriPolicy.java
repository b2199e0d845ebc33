package io.darkroom.contract.uri;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which URIs a tenant may name. A URI is allowed when it lies under one of the tenant's prefixes;
 * prefixes end with a slash, so that {@code s3://renders/} does not allow {@code
 * s3://renders-private/}.
 *
 * @param inputs prefixes of pictures to read, by tenant; {@code *} stands for every tenant
 * @param outputs prefixes to write under, by tenant; {@code *} stands for every tenant
 */
public record UriPolicy(Map<String, List<String>> inputs, Map<String, List<String>> outputs) {
    private static final String EVERY_TENANT = "*";
    private static final Set<String> SCHEMES = Set.of("s3", "file", "https");

    public UriPolicy {
        inputs = Map.copyOf(inputs);
        outputs = Map.copyOf(outputs);
        requireSlashes(inputs);
        requireSlashes(outputs);
    }

    /** Every tenant may read and write under the given prefixes. */
    public static UriPolicy sameForAll(List<String> prefixes) {
        return new UriPolicy(Map.of(EVERY_TENANT, prefixes), Map.of(EVERY_TENANT, prefixes));
    }

    /** What is wrong with reading {@code uri}, empty if it is allowed. */
    public Optional<String> faultOfInput(String tenant, String uri) {
        return fault(uri, allowed(inputs, tenant), "read");
    }

    /** Prefixes below which the tenant's inputs lie. */
    public List<String> inputPrefixes(String tenant) {
        return allowed(inputs, tenant);
    }

    /**
     * What is wrong with being redirected to {@code uri}, empty if it is allowed.
     *
     * @param prefixes the tenant's, as {@link #inputPrefixes} has them
     */
    public static Optional<String> faultOfRedirect(List<String> prefixes, String uri) {
        return prefixes.isEmpty()
                ? Optional.of("redirects are not followed here; name the image's own address")
                : fault(uri, prefixes, "read");
    }

    /** What is wrong with writing under {@code uri}, empty if it is allowed. */
    public Optional<String> faultOfOutput(String tenant, String uri) {
        if (!uri.endsWith("/")) {
            return Optional.of("must end with a slash, as in s3://renders/order-1117/");
        }
        Optional<String> fault = fault(uri, allowed(outputs, tenant), "write under");
        if (fault.isEmpty() && uri.startsWith("https:")) {
            return Optional.of("https is for reading only; use s3:// or file://");
        }
        return fault;
    }

    private static List<String> allowed(Map<String, List<String>> prefixes, String tenant) {
        return prefixes.getOrDefault(tenant, prefixes.getOrDefault(EVERY_TENANT, List.of()));
    }

    private static Optional<String> fault(String text, List<String> prefixes, String verb) {
        Optional<String> fault = faultOfForm(text);
        if (fault.isPresent()) {
            return fault;
        }
        if (prefixes.stream().noneMatch(text::startsWith)) {
            return Optional.of("this tenant may "
                    + verb
                    + " "
                    + (prefixes.isEmpty() ? "nothing" : String.join(", ", prefixes))
                    + " only");
        }
        return Optional.empty();
    }

    /**
     * What is wrong with the text itself, empty if nothing is. A URI whose text is not its meaning (escapes, dot segments) could
     * leave the prefix that its text starts with.
     */
    public static Optional<String> faultOfForm(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.of(notAUri(text, e));
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme();
        if (!SCHEMES.contains(scheme)) {
            return Optional.of("scheme " + scheme.toLowerCase(Locale.ROOT) + " is not one of s3, file, https");
        }
        if (uri.getUserInfo() != null) {
            return Optional.of("must not carry a user name or password");
        }
        if (uri.getFragment() != null || (uri.getQuery() != null && !scheme.equals("https"))) {
            return Optional.of("must not have a query or fragment");
        }
        if (uri.getPath() == null
                || !uri.normalize().equals(uri)
                || uri.getPath().contains("/../")
                || uri.getPath().endsWith("/..")
                || uri.getPath().indexOf('\\') >= 0
                || text.contains("%2e")
                || text.contains("%2E")
                || text.contains("%2f")
                || text.contains("%2F")
                || text.contains("%00")) {
            return Optional.of("must be in its plain form, without dot segments, doubled slashes or escaped ones");
        }
        return Optional.empty();
    }

    private static String notAUri(String text, URISyntaxException e) {
        int at = e.getIndex();
        if (at < 0 || at >= text.length() || !e.getReason().startsWith("Illegal character")) {
            return "is not a URI: " + e.getReason();
        }
        int found = text.codePointAt(at);
        String what = found == ' ' ? "a space" : "the character U+%04X".formatted(found);
        return "is not a URI: it holds %s at position %d; write it as %s"
                .formatted(
                        what,
                        at,
                        URLEncoder.encode(Character.toString(found), StandardCharsets.UTF_8)
                                .replace("+", "%20"));
    }

    private static void requireSlashes(Map<String, List<String>> prefixes) {
        prefixes.forEach((tenant, list) -> list.forEach(prefix -> {
            if (!prefix.endsWith("/")) {
                throw new IllegalArgumentException(
                        "allowed prefix of tenant " + tenant + " must end with a slash: " + prefix + "/");
            }
        }));
    }
}
