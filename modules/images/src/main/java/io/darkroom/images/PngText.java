package io.darkroom.images;

import io.darkroom.images.PngChunks.Chunk;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The texts in a PNG: chunks tEXt, zTXt and iTXt (PNG specification, third edition, section
 * 11.3.3).
 */
public final class PngText {
    /** All texts of a file together, inflated; more than that is no description of a picture. */
    private static final int MOST_BYTES = 1 << 20;

    private static final Set<String> TYPES = Set.of("tEXt", "zTXt", "iTXt");

    private PngText() {}

    /**
     * Reads every text, in the file's order; of equal keywords the last wins.
     *
     * @throws ImageRejectedException if the file is no sound PNG, or its texts take more than 1 MiB
     */
    public static Map<String, String> read(byte[] png) throws ImageRejectedException {
        PngChunks chunks = PngChunks.parse(png);
        Map<String, String> texts = new LinkedHashMap<>();
        int budget = MOST_BYTES;
        for (Chunk chunk : chunks.all()) {
            switch (chunk.type()) {
                case "tEXt", "zTXt", "iTXt" ->
                    budget -= new Entry(chunk.type(), chunks.data(chunk), budget).addTo(texts);
                default -> {
                    // No text.
                }
            }
        }
        return texts;
    }

    /**
     * The text under a keyword, the last one where several have it; nothing else is inflated.
     *
     * @return empty where there is none, where it is damaged, or takes more than 1 MiB
     */
    static Optional<byte[]> last(PngChunks chunks, String keyword) {
        byte[] start = (keyword + "\0").getBytes(StandardCharsets.ISO_8859_1);
        return chunks.all().reversed().stream()
                .filter(chunk -> TYPES.contains(chunk.type()))
                .filter(chunk -> chunk.length() > start.length && chunks.file().startsWith(chunk.offset(), start))
                .findFirst()
                .flatMap(chunk -> sound(chunks, chunk));
    }

    private static Optional<byte[]> sound(PngChunks chunks, Chunk chunk) {
        try {
            Entry entry = new Entry(chunk.type(), chunks.data(chunk), MOST_BYTES);
            byte[] text = entry.text();
            return text.length <= MOST_BYTES ? Optional.of(text) : Optional.empty();
        } catch (ImageRejectedException e) {
            return Optional.empty();
        }
    }

    private record Entry(String type, byte[] data, int budget) {
        /** Returns the bytes that the text takes. */
        int addTo(Map<String, String> texts) throws ImageRejectedException {
            String keyword = new String(data, 0, terminator(0), StandardCharsets.ISO_8859_1);
            return put(
                    texts, keyword, text(), type.equals("iTXt") ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        }

        /** The text's bytes, inflated. */
        byte[] text() throws ImageRejectedException {
            int at = terminator(0) + 1;
            return switch (type) {
                case "tEXt" -> rest(at);
                case "zTXt" -> inflated(at + 1);
                default -> international(at);
            };
        }

        private byte[] international(int at) throws ImageRejectedException {
            boolean compressed = new ByteReader(data).u8(at) == 1;
            int text = terminator(terminator(at + 2) + 1) + 1;
            return compressed ? inflated(text) : rest(text);
        }

        private int put(Map<String, String> texts, String keyword, byte[] text, Charset charset)
                throws ImageRejectedException {
            if (text.length > budget) {
                throw tooMuch();
            }
            texts.put(keyword, new String(text, charset));
            return text.length;
        }

        private int terminator(int from) throws ImageRejectedException {
            for (int i = from; i < data.length; i++) {
                if (data[i] == 0) {
                    return i;
                }
            }
            throw ImageRejectedException.damaged("a text in the PNG (" + type + ") has no end to its keyword");
        }

        private byte[] rest(int at) throws ImageRejectedException {
            return new ByteReader(data).slice(at, data.length - at);
        }

        private byte[] inflated(int at) throws ImageRejectedException {
            Inflater inflater = new Inflater();
            try {
                inflater.setInput(rest(at));
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                byte[] buffer = new byte[8192];
                while (!inflater.finished()) {
                    int n = inflater.inflate(buffer);
                    if (n == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                        throw ImageRejectedException.damaged("a compressed text in the PNG is cut off");
                    }
                    out.write(buffer, 0, n);
                    if (out.size() > budget) {
                        throw tooMuch();
                    }
                }
                return out.toByteArray();
            } catch (DataFormatException e) {
                throw new ImageRejectedException(
                        ImageRejectedException.Reason.DAMAGED, "a compressed text in the PNG is damaged", e);
            } finally {
                inflater.end();
            }
        }

        private static ImageRejectedException tooMuch() {
            return new ImageRejectedException(
                    ImageRejectedException.Reason.TOO_LARGE, "the PNG's texts take more than " + MOST_BYTES + " bytes");
        }
    }
}
