package io.darkroom.artifacts;

import java.net.URI;
import java.util.Optional;

/** Where a server may send the reader of an {@code https://} URI on to, beyond what is never allowed. */
@FunctionalInterface
public interface RedirectRule {
    /** For readers that know nothing about the URI's owner. */
    RedirectRule NONE = _ -> Optional.of("redirects are not followed here; name the image's own address");

    /** What is wrong with going there, empty if it is allowed. */
    Optional<String> faultOf(URI target);
}
