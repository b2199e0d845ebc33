package io.darkroom.router.ingress;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The W3C trace context's header (https://www.w3.org/TR/trace-context/#traceparent-header), version
 * 00.
 */
public final class Traceparent {
    /** The header's name. */
    public static final String HEADER = "traceparent";

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private Traceparent() {}

    /** The text if it is well-formed; the standard says to go on without it otherwise. */
    public static Optional<String> of(String text) {
        return FORM.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }
}
