package io.darkroom.artifacts;

import java.net.URI;

/** The name of a file that one attempt writes; no other attempt writes under the same name. */
public record ArtifactPath(
        String tenant,
        String id,
        int run,
        int workItem,
        int attempt,
        String sha256,
        String extension) {

    /**
     * @param prefix a URI that ends with a slash
     */
    public URI under(URI prefix) {
        return prefix.resolve(
                String.join(
                        "/",
                        tenant,
                        id,
                        Integer.toString(run),
                        Integer.toString(workItem),
                        Integer.toString(attempt),
                        sha256 + "." + extension));
    }
}
