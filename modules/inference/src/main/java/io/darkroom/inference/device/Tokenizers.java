package io.darkroom.inference.device;

import io.darkroom.inference.model.FolderFiles;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.TextPart;
import io.darkroom.inference.text.ClipTokenizer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tokenizers of a device's models. Models with the same files share one, as most do: reading CLIP's vocabulary takes as long as
 * loading a small network.
 */
final class Tokenizers {
    private final Map<Key, Loaded<ClipTokenizer>> opened = new ConcurrentHashMap<>();

    private record Key(String digest, int positions) {}

    /** To be closed by nobody but this. */
    ClipTokenizer of(FolderFiles files, TextPart part) throws DeviceException {
        try {
            var key = new Key(files.digest(part.tokenizer()), part.positions());
            return opened.computeIfAbsent(key, absent -> new Loaded<>(() -> open(files, part)))
                    .get();
        } catch (ModelException e) {
            throw unreadable(e);
        }
    }

    private static ClipTokenizer open(FolderFiles files, TextPart part) throws DeviceException {
        try {
            return ClipTokenizer.open(files, part.tokenizer(), part.positions());
        } catch (ModelException e) {
            throw unreadable(e);
        }
    }

    private static DeviceException unreadable(ModelException e) {
        return new DeviceException(DeviceException.Kind.INTERNAL, e.getMessage(), e);
    }

    void close() {
        opened.values().forEach(tokenizer -> tokenizer.close(ClipTokenizer::close));
    }
}
