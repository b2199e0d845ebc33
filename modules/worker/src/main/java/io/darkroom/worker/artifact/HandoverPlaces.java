package io.darkroom.worker.artifact;

import io.darkroom.artifacts.ArtifactPath;
import io.darkroom.artifacts.KeptPath;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.worker.attempt.WorkFault;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * Which files a worker reads as handed on by another one: of the same run of the same job, or kept for its tenant, and below the
 * prefix that its operator gave it. A pointer is what some worker said; read with this worker's keys it must not lead elsewhere.
 */
final class HandoverPlaces {
    private HandoverPlaces() {}

    static boolean isReadable(ArtifactPointer pointer, boolean kept, JobKey job, URI prefix) {
        Optional<URI> uri = uri(pointer);
        return uri.isPresent() && (kept ? isKept(uri.get(), job, prefix) : isOfRun(uri.get(), job, prefix));
    }

    /** Made again where it was kept, or by another attempt: the artifact cannot be used. */
    static WorkFault elsewhere(ArtifactPointer pointer, boolean kept, URI prefix) {
        return new WorkFault(
                kept ? ErrorCode.KEPT_LOST : ErrorCode.ARTIFACT_LOST,
                "what was handed on does not lie below " + prefix + " where this job's files belong, and was not read: "
                        + pointer.getUri() + "; all workers must be started with the same --handover-uri");
    }

    private static boolean isOfRun(URI uri, JobKey job, URI prefix) {
        return ArtifactPath.read(uri)
                .filter(path -> path.tenant().equals(job.getTenant())
                        && path.id().equals(job.getId())
                        && path.run() == job.getRun())
                .filter(path -> isSame(path.under(prefix), uri))
                .isPresent();
    }

    private static boolean isKept(URI uri, JobKey job, URI prefix) {
        return KeptPath.read(uri)
                .filter(path -> path.tenant().equals(job.getTenant()))
                .filter(path -> isSame(path.under(prefix), uri))
                .isPresent();
    }

    /** Whether both name the same file, also where one has an empty authority and the other none. */
    private static boolean isSame(URI one, URI other) {
        return Objects.equals(one.getScheme(), other.getScheme())
                && authority(one).equals(authority(other))
                && one.getRawPath().equals(other.getRawPath())
                && other.getRawQuery() == null
                && other.getRawFragment() == null;
    }

    private static String authority(URI uri) {
        return Optional.ofNullable(uri.getRawAuthority()).orElse("");
    }

    private static Optional<URI> uri(ArtifactPointer pointer) {
        try {
            return Optional.of(URI.create(pointer.getUri()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
