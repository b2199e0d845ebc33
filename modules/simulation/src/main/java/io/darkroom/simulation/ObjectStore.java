package io.darkroom.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What artifacts lie where, by the digest of their bytes. */
final class ObjectStore {
    private final Map<String, String> digests = new HashMap<>();

    void put(String uri, String sha256) {
        digests.put(uri, sha256);
    }

    void loseWhatIsKept() {
        digests.keySet().removeIf(uri -> uri.contains(Pictures.KEPT));
    }

    Optional<String> digestAt(String uri) {
        return Optional.ofNullable(digests.get(uri));
    }
}
