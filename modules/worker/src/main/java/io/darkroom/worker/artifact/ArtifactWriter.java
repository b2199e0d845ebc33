package io.darkroom.worker.artifact;

import io.darkroom.artifacts.ArtifactPath;
import io.darkroom.artifacts.KeptPath;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.artifacts.Sha256;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

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
        return put(path(item, sha256, kind).under(prefix), bytes, sha256, kind, stop);
    }

    /** The same of a file, which is not held in memory. */
    ArtifactPointer write(URI prefix, WorkItem item, Path file, FileKind kind, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        try {
            String sha256 = Sha256.of(file);
            long bytes = Files.size(file);
            URI uri = path(item, sha256, kind).under(prefix);
            store.put(uri, file, bytes, sha256, kind.contentType(), stop);
            return pointer(uri, sha256, bytes);
        } catch (ObjectStoreException e) {
            throw StoreFaults.onWrite(e);
        } catch (IOException e) {
            throw new WorkFault(ErrorCode.INTERNAL, "the worker cannot read its temporary file: " + e, e);
        }
    }

    /** What is handed on, under the name by which it is kept where it has one; whoever makes it again writes the same. */
    ArtifactPointer writeHandover(URI prefix, WorkItem item, byte[] bytes, FileKind kind, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        if (item.getKeptAs().isEmpty()) {
            return write(prefix, item, bytes, kind, stop);
        }
        String sha256 = Sha256.of(bytes);
        var path = new KeptPath(item.getJob().getTenant(), item.getKeptAs(), sha256, kind.extension());
        return put(path.under(prefix), bytes, sha256, kind, stop);
    }

    private ArtifactPointer put(URI uri, byte[] bytes, String sha256, FileKind kind, StopSignal stop)
            throws WorkFault, StoppedException, InterruptedException {
        try {
            store.put(uri, bytes, kind.contentType(), stop);
        } catch (ObjectStoreException e) {
            throw StoreFaults.onWrite(e);
        }
        return pointer(uri, sha256, bytes.length);
    }

    private static ArtifactPointer pointer(URI uri, String sha256, long bytes) {
        return ArtifactPointer.newBuilder()
                .setUri(uri.toString())
                .setSha256(sha256)
                .setBytes(bytes)
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
