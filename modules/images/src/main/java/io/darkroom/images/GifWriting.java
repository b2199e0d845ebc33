package io.darkroom.images;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Animations as GIF89a. Every frame has a palette of its own ({@link WuPalette}) and is not dithered: what does not change from
 * frame to frame does not flicker. Equal input gives equal bytes on the same Java runtime.
 */
public final class GifWriting {
    private static final String GIF_METADATA = "javax_imageio_gif_image_1.0";

    /** GIF counts in hundredths of a second. */
    private static final int MILLIS_PER_TICK = 10;

    private GifWriting() {}

    /**
     * The pictures one after the other.
     *
     * @param frames all of one size
     * @param frameMillis that each is shown, 10 to 655350; rounded down to hundredths of a second, as Pillow does
     * @param loops how often it is played, 0 to 65535; 0: without end
     */
    public static byte[] animation(List<RgbImage> frames, int frameMillis, int loops) {
        check(frames, frameMillis, loops);
        ImageWriter writer = ImageWriting.writer("com.sun.imageio.plugins.gif.GIFImageWriterSpi");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < frames.size(); i++) {
                BufferedImage frame = indexed(frames.get(i));
                IIOMetadata metadata =
                        writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(frame), null);
                describe(metadata, frameMillis / MILLIS_PER_TICK, i == 0 && frames.size() > 1, loops);
                writer.writeToSequence(new IIOImage(frame, null, metadata), null);
            }
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new UncheckedIOException("encoding an animation in memory failed", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static void check(List<RgbImage> frames, int frameMillis, int loops) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("an animation has at least one frame");
        }
        RgbImage first = frames.getFirst();
        if (frames.stream().anyMatch(frame -> frame.width() != first.width() || frame.height() != first.height())) {
            throw new IllegalArgumentException("the frames of an animation have one size");
        }
        if (frameMillis < MILLIS_PER_TICK || frameMillis / MILLIS_PER_TICK > 0xffff || loops < 0 || loops > 0xffff) {
            throw new IllegalArgumentException(
                    "a frame is shown 10 to 655350 ms, and 0 to 65535 times: " + frameMillis + " ms, " + loops);
        }
    }

    private static BufferedImage indexed(RgbImage image) {
        WuPalette palette = WuPalette.of(image);
        IndexColorModel colours =
                new IndexColorModel(8, palette.size(), palette.values(0), palette.values(1), palette.values(2));
        BufferedImage indexed =
                new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_INDEXED, colours);
        byte[] indices = ((DataBufferByte) indexed.getRaster().getDataBuffer()).getData();
        byte[] rgb = image.rgb();
        for (int i = 0; i < indices.length; i++) {
            indices[i] = palette.indexOf(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]);
        }
        return indexed;
    }

    private static void describe(IIOMetadata metadata, int ticks, boolean loop, int loops) {
        IIOMetadataNode root = new IIOMetadataNode(GIF_METADATA);
        IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("delayTime", Integer.toString(ticks));
        control.setAttribute("transparentColorIndex", "0");
        root.appendChild(control);
        if (loop) {
            root.appendChild(netscapeLoop(loops));
        }
        try {
            metadata.mergeTree(GIF_METADATA, root);
        } catch (IIOInvalidTreeException e) {
            throw new IllegalStateException("the GIF encoder refuses its own kind of metadata", e);
        }
    }

    /** Netscape's extension, which all browsers know; without it an animation is played once. */
    private static IIOMetadataNode netscapeLoop(int loops) {
        IIOMetadataNode extension = new IIOMetadataNode("ApplicationExtension");
        extension.setAttribute("applicationID", "NETSCAPE");
        extension.setAttribute("authenticationCode", "2.0");
        extension.setUserObject(new byte[] {1, (byte) loops, (byte) (loops >> 8)});
        IIOMetadataNode all = new IIOMetadataNode("ApplicationExtensions");
        all.appendChild(extension);
        return all;
    }
}
