package io.darkroom.images;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes pictures. Equal input gives equal bytes on the same Java runtime. */
public final class ImageWriting {
    private static final String PNG_METADATA = "javax_imageio_png_1.0";

    private ImageWriting() {}

    public static byte[] png(RgbImage image) {
        return png(image, Map.of());
    }

    /**
     * A PNG with texts in its metadata, readable again through {@link PngText}: Latin-1 as tEXt,
     * anything else as iTXt. Exactly what the caller gives is written, nothing about the machine,
     * the time or the program.
     *
     * @param texts by keyword: 1 to 79 printable Latin-1 characters without spaces at the ends or
     *     doubled
     * @throws IllegalArgumentException if a keyword is none, or a text holds the character NUL
     */
    public static byte[] png(RgbImage image, Map<String, String> texts) {
        ImageWriter writer = writer("com.sun.imageio.plugins.png.PNGImageWriterSpi");
        ImageWriteParam param = writer.getDefaultWriteParam();
        BufferedImage buffered = buffered(image);
        IIOMetadata metadata =
                writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(buffered), param);
        addTexts(metadata, texts);
        return write(writer, new IIOImage(buffered, null, metadata), param);
    }

    /**
     * A baseline JPEG, YCbCr with 4:2:0 subsampling.
     *
     * @param quality 0..1; 0.9 shows no loss to most eyes
     */
    public static byte[] jpeg(RgbImage image, double quality) {
        if (!(quality >= 0 && quality <= 1)) {
            throw new IllegalArgumentException("quality: " + quality + " is outside 0..1");
        }
        ImageWriter writer = writer("com.sun.imageio.plugins.jpeg.JPEGImageWriterSpi");
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality((float) quality);
        return write(writer, new IIOImage(buffered(image), null, null), param);
    }

    private static byte[] write(ImageWriter writer, IIOImage image, ImageWriteParam param) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, image, param);
        } catch (IOException e) {
            throw new UncheckedIOException("encoding a picture in memory failed", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Wraps the bytes, no copy. */
    static BufferedImage buffered(RgbImage image) {
        int stride = image.width() * 3;
        DataBufferByte data = new DataBufferByte(image.rgb(), image.rgb().length);
        WritableRaster raster = Raster.createInterleavedRaster(
                data, image.width(), image.height(), stride, 3, new int[] {0, 1, 2}, null);
        ComponentColorModel colours = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB),
                false,
                false,
                ComponentColorModel.OPAQUE,
                DataBuffer.TYPE_BYTE);
        return new BufferedImage(colours, raster, false, null);
    }

    private static void addTexts(IIOMetadata metadata, Map<String, String> texts) {
        IIOMetadataNode plain = new IIOMetadataNode("tEXt");
        IIOMetadataNode international = new IIOMetadataNode("iTXt");
        texts.forEach((keyword, text) -> {
            checkText(keyword, text);
            if (isLatin1(text)) {
                plain.appendChild(plainEntry(keyword, text));
            } else {
                international.appendChild(internationalEntry(keyword, text));
            }
        });
        IIOMetadataNode root = new IIOMetadataNode(PNG_METADATA);
        for (IIOMetadataNode node : new IIOMetadataNode[] {plain, international}) {
            if (node.getLength() > 0) {
                root.appendChild(node);
            }
        }
        try {
            metadata.mergeTree(PNG_METADATA, root);
        } catch (IIOInvalidTreeException e) {
            throw new IllegalStateException("a checked text is refused by the PNG encoder", e);
        }
    }

    private static IIOMetadataNode plainEntry(String keyword, String text) {
        IIOMetadataNode entry = new IIOMetadataNode("tEXtEntry");
        entry.setAttribute("keyword", keyword);
        entry.setAttribute("value", text);
        return entry;
    }

    private static IIOMetadataNode internationalEntry(String keyword, String text) {
        IIOMetadataNode entry = new IIOMetadataNode("iTXtEntry");
        entry.setAttribute("keyword", keyword);
        entry.setAttribute("compressionFlag", "FALSE");
        entry.setAttribute("compressionMethod", "0");
        entry.setAttribute("languageTag", "");
        entry.setAttribute("translatedKeyword", "");
        entry.setAttribute("text", text);
        return entry;
    }

    private static void checkText(String keyword, String text) {
        boolean printable = keyword.chars().allMatch(c -> c >= 32 && c <= 126 || c >= 161 && c <= 255);
        if (keyword.isEmpty()
                || keyword.length() > 79
                || !printable
                || !keyword.equals(keyword.strip())
                || keyword.contains("  ")) {
            throw new IllegalArgumentException("the keyword of a PNG's text has 1 to 79 printable Latin-1 characters,"
                    + " no space at its ends and no two in a row: \""
                    + keyword
                    + "\"");
        }
        if (text.indexOf(0) >= 0) {
            throw new IllegalArgumentException("the text \"" + keyword + "\" of a PNG holds the character NUL");
        }
    }

    /** Of the control characters only the line feed may stand in tEXt. */
    private static boolean isLatin1(String text) {
        return text.chars().allMatch(c -> c == '\n' || c >= 32 && c <= 126 || c >= 160 && c <= 255);
    }

    static ImageWriter writer(String provider) {
        Iterator<ImageWriterSpi> all =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageWriterSpi.class, false);
        while (all.hasNext()) {
            ImageWriterSpi spi = all.next();
            if (spi.getClass().getName().equals(provider)) {
                try {
                    return spi.createWriterInstance();
                } catch (IOException e) {
                    throw new UncheckedIOException("the encoder " + provider + " does not start", e);
                }
            }
        }
        throw new IllegalStateException("this Java has no " + provider + "; a full JDK 25 has it in java.desktop");
    }
}
