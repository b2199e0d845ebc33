package io.darkroom.worker.artifact;

import io.darkroom.artifacts.ArtifactPath;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.artifacts.Sha256;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import java.net.URI;

/**
 * Writes files of one attempt under names that no other attempt uses, and gives the pointers to
 * them.
 */
final class ArtifactWriter {

    private final StoreAccess store;

    ArtifactWriter(StoreAccess store) {
        this.store = store;
    }

    ArtifactPointer write(URI prefix, WorkItem item, byte[] bytes, FileKind kind, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        String sha256 = Sha256.of(bytes);
        URI uri = path(item, sha256, kind).under(prefix);
        try {
            store.put(uri, bytes, kind.contentType(), stop);
        } catch (ObjectStoreException e) {
            throw StoreFaults.onWrite(e);
        }
        return ArtifactPointer.newBuilder()
                .setUri(uri.toString())
                .setSha256(sha256)
                .setBytes(bytes.length)
                .build();
    }

    private static ArtifactPath path(WorkItem item, String sha256, FileKind kind) {
        return new ArtifactPath(
                item.getJob().getTenant(),
                item.getJob().getId(),
                item.getJob().getRun(),
                item.getIndex(),
                item.getAttempt(),
                sha256,
                kind.extension());
    }
}
