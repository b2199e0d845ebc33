package io.darkroom.artifacts.model;

import io.darkroom.artifacts.model.ModelStoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Fetches a model's files into a folder, piece by piece. What a pull that was interrupted left there is hashed and kept. A file whose
 * bytes are not those that were promised is taken away again, so that nobody opens it and the next pull begins it anew.
 */
final class ModelPull {
    private final ModelStore store;
    private final StoredModel model;
    private final Path folder;
    private long before;

    ModelPull(ModelStore store, StoredModel model, Path folder) {
        this.store = store;
        this.model = model;
        this.folder = folder;
    }

    void run(Transfer transfer) throws IOException, InterruptedException {
        Set<Path> folders = new HashSet<>();
        for (StoredFile file : model.files()) {
            Path place = folder.resolve(file.path());
            if (folders.add(place.getParent())) {
                Files.createDirectories(place.getParent());
            }
            pull(file, place, transfer);
            before += file.size();
        }
    }

    private void pull(StoredFile file, Path place, Transfer transfer) throws IOException, InterruptedException {
        FileDigest digest = kept(file, place);
        try (FileChannel out = FileChannel.open(
                place, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            out.position(digest.bytes());
            proceed(digest, transfer);
            while (digest.bytes() < file.size()) {
                byte[] piece = store.piece(file, digest.bytes());
                if (piece.length == 0) {
                    throw broken(file, place, "ends early");
                }
                digest.add(piece);
                ByteBuffer bytes = ByteBuffer.wrap(piece);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                proceed(digest, transfer);
            }
            out.force(true);
        }
        if (!digest.hex().equals(file.sha256())) {
            throw broken(file, place, "has other bytes in the store than its digest says");
        }
    }

    private void proceed(FileDigest digest, Transfer transfer) throws ModelStoreException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (!transfer.moved(before + digest.bytes(), model.size())) {
            throw new ModelStoreException(Kind.STOPPED, "the pull of model " + model.digest() + " was stopped");
        }
    }

    private static FileDigest kept(StoredFile file, Path place) throws IOException {
        FileDigest digest = new FileDigest();
        if (!Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
            return digest;
        }
        if (Files.size(place) > file.size()) {
            Files.delete(place);
            return digest;
        }
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(place, LinkOption.NOFOLLOW_LINKS)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.add(buffer, n);
            }
        }
        return digest;
    }

    private ModelStoreException broken(StoredFile file, Path place, String how) throws IOException {
        Files.deleteIfExists(place);
        return new ModelStoreException(
                Kind.REFUSED,
                "model " + model.digest() + ": " + file.path() + " " + how + "; import it into the store again");
    }
}
