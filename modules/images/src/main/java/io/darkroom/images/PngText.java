package io.darkroom.images;

import io.darkroom.images.PngChunks.Chunk;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The texts in a PNG: chunks tEXt, zTXt and iTXt (PNG specification, third edition, section
 * 11.3.3).
 */
public final class PngText {
    /** All texts of a file together, inflated; more than that is no description of a picture. */
    private static final int MOST_BYTES = 1 << 20;

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

    private record Entry(String type, byte[] data, int budget) {
        /** Returns the bytes that the text takes. */
        int addTo(Map<String, String> texts) throws ImageRejectedException {
            int end = terminator(0);
            String keyword = new String(data, 0, end, StandardCharsets.ISO_8859_1);
            int at = end + 1;
            return switch (type) {
                case "tEXt" -> put(texts, keyword, rest(at), StandardCharsets.ISO_8859_1);
                case "zTXt" -> put(texts, keyword, inflated(at + 1), StandardCharsets.ISO_8859_1);
                default -> international(texts, keyword, at);
            };
        }

        private int international(Map<String, String> texts, String keyword, int at) throws ImageRejectedException {
            boolean compressed = new ByteReader(data).u8(at) == 1;
            int text = terminator(terminator(at + 2) + 1) + 1;
            return put(texts, keyword, compressed ? inflated(text) : rest(text), StandardCharsets.UTF_8);
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
