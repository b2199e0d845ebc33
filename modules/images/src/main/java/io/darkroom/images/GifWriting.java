package io.darkroom.images;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.FileImageOutputStream;
import javax.imageio.stream.ImageOutputStream;

/**
 * Animations as GIF89a. Every frame has a palette of its own ({@link WuPalette}) and is not dithered: what does not change from
 * frame to frame does not flicker. Equal input gives equal bytes on the same Java runtime. Takes one frame at a time and writes
 * it to a file, so that only that frame has to be there.
 */
public final class GifWriting implements AutoCloseable {
    private static final String GIF_METADATA = "javax_imageio_gif_image_1.0";

    /** GIF counts in hundredths of a second. */
    private static final int MILLIS_PER_TICK = 10;

    private final ImageWriter writer;
    private final ImageOutputStream out;
    private final int frames;
    private final int frameMillis;
    private final int loops;
    private int width;
    private int height;
    private int written;

    /**
     * Begins one.
     *
     * @param file written over
     * @param frames that will be added
     * @param frameMillis that each is shown, 10 to 655350; rounded down to hundredths of a second, as Pillow does
     * @param loops how often it is played, 0 to 65535; 0: without end
     */
    public GifWriting(Path file, int frames, int frameMillis, int loops) throws IOException {
        if (frames < 1) {
            throw new IllegalArgumentException("an animation has at least one frame");
        }
        if (frameMillis < MILLIS_PER_TICK || frameMillis / MILLIS_PER_TICK > 0xffff || loops < 0 || loops > 0xffff) {
            throw new IllegalArgumentException(
                    "a frame is shown 10 to 655350 ms, and 0 to 65535 times: " + frameMillis + " ms, " + loops);
        }
        this.frames = frames;
        this.frameMillis = frameMillis;
        this.loops = loops;
        // The stream that follows writes over a file that is there, and does not shorten it.
        Files.write(file, new byte[0]);
        this.out = new FileImageOutputStream(file.toFile());
        this.writer = ImageWriting.writer("com.sun.imageio.plugins.gif.GIFImageWriterSpi");
        writer.setOutput(out);
        writer.prepareWriteSequence(null);
    }

    /**
     * Writes the next frame, which has the size of the first.
     *
     * @throws IOException when the file could not be written
     */
    public void add(RgbImage image) throws IOException {
        if (written > 0 && (image.width() != width || image.height() != height)) {
            throw new IllegalArgumentException("the frames of an animation have one size");
        }
        if (written == frames) {
            throw new IllegalArgumentException("the animation has all of its " + frames + " frames");
        }
        width = image.width();
        height = image.height();
        BufferedImage frame = indexed(image);
        IIOMetadata metadata = writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(frame), null);
        describe(metadata, frameMillis / MILLIS_PER_TICK, written == 0 && frames > 1, loops);
        writer.writeToSequence(new IIOImage(frame, null, metadata), null);
        written++;
    }

    /** Ends the file, which is whole if all frames were added. */
    @Override
    public void close() throws IOException {
        try (out) {
            if (written == frames) {
                writer.endWriteSequence();
            }
        } finally {
            writer.dispose();
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
