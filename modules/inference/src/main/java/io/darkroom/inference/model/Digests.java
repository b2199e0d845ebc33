package io.darkroom.inference.model;

import java.util.function.Predicate;

/**
 * The digests of one folder, each made when it is first asked for: hashing a whole model takes as
 * long as reading it.
 */
final class Digests {
    private final FolderFiles files;
    private final Lazily listed = new Lazily(path -> true);
    private final Lazily vae = new Lazily(Manifest::isVaeNetwork);

    Digests(FolderFiles files) {
        this.files = files;
    }

    String model() throws ModelException {
        return listed.manifest().digest();
    }

    String vae() throws ModelException {
        return (files.has(Manifest.FILE) ? listed : vae).manifest().vaeDigest(LatentScaling.read(files));
    }

    void verify() throws ModelException {
        if (files.has(Manifest.FILE)) {
            listed.manifest().verify(files);
        }
    }

    /** The list from {@code manifest.json}, or else one made of the wanted files. */
    private final class Lazily {
        private final Predicate<String> wanted;
        private Manifest manifest;

        Lazily(Predicate<String> wanted) {
            this.wanted = wanted;
        }

        synchronized Manifest manifest() throws ModelException {
            if (manifest == null) {
                manifest = files.has(Manifest.FILE) ? Manifest.read(files) : Manifest.compute(files, wanted);
            }
            return manifest;
        }
    }
}
