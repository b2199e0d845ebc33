package io.darkroom.images;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import io.darkroom.images.ImageRejectedException.Reason;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The three decoders, each named by its class: a plugin that someone adds to the class path is
 * never asked. Whatever a decoder throws at a hostile file becomes a rejection.
 *
 * <p>WebP is decoded by libwebp itself, as in PIL: the decoders of lossy WebP written in Java
 * filter edges too early and drift up to 67 of 255 away from it.
 */
enum Decoders {
    PNG("com.sun.imageio.plugins.png.PNGImageReaderSpi"),
    JPEG("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi"),
    WEBP(WebPImageReaderSpi.class.getName());

    private final String provider;

    Decoders(String provider) {
        this.provider = provider;
    }

    /**
     * Decodes into samples. The size is checked again, in case the decoder read another header than
     * we did.
     */
    Raster raster(byte[] file, ImageHeader header, DecodeDeadline deadline) throws ImageRejectedException {
        try {
            ImageReader reader = spi().createReaderInstance();
            try {
                return read(reader, file, header, deadline);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // Decoders wrap what their stream throws, so that the deadline is asked and not the
            // exception.
            throw deadline.passed()
                    ? new ImageRejectedException(Reason.TOO_SLOW, deadline.message(), e)
                    : new ImageRejectedException(
                            Reason.DAMAGED, "the " + this + " cannot be decoded; it is cut off or damaged", e);
        } catch (LinkageError e) {
            throw new ImageRejectedException(
                    Reason.UNSUPPORTED, "there is no decoder of " + this + " for this machine; send a PNG or JPEG", e);
        }
    }

    private Raster read(ImageReader reader, byte[] file, ImageHeader header, DecodeDeadline deadline)
            throws IOException, ImageRejectedException {
        DecoderWatch watch = new DecoderWatch(reader, deadline);
        try (MemoryImageStream stream = new MemoryImageStream(file, deadline)) {
            reader.setInput(stream, true, true);
            if (reader.getWidth(0) != header.width() || reader.getHeight(0) != header.height()) {
                throw ImageRejectedException.damaged("the file contradicts itself about its size: "
                        + header.width()
                        + "x"
                        + header.height()
                        + " and "
                        + reader.getWidth(0)
                        + "x"
                        + reader.getHeight(0));
            }
            Raster raster = reader.canReadRaster()
                    ? reader.readRaster(0, null)
                    : image(reader).getRaster();
            watch.throwIfBroken();
            return raster;
        }
    }

    private static BufferedImage image(ImageReader reader) throws IOException {
        return reader.read(0);
    }

    private ImageReaderSpi spi() {
        if (this == WEBP) {
            return new WebPImageReaderSpi();
        }
        Iterator<ImageReaderSpi> all =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        while (all.hasNext()) {
            ImageReaderSpi spi = all.next();
            if (spi.getClass().getName().equals(provider)) {
                return spi;
            }
        }
        throw new IllegalStateException("this Java has no " + provider + "; a full JDK 25 has it in java.desktop");
    }

    /**
     * Stops a decoder at its next row when its time is over, and remembers what it complained of.
     */
    private static final class DecoderWatch implements IIOReadProgressListener {
        private final ImageReader reader;
        private final DecodeDeadline deadline;
        private String complaint = "";

        DecoderWatch(ImageReader reader, DecodeDeadline deadline) {
            this.reader = reader;
            this.deadline = deadline;
            reader.addIIOReadProgressListener(this);
            // A JPEG that ends early is only warned of: the rest would be grey.
            reader.addIIOReadWarningListener((source, warning) -> complaint = warning);
        }

        void throwIfBroken() throws IOException, ImageRejectedException {
            deadline.check();
            if (!complaint.isEmpty()) {
                throw ImageRejectedException.damaged("the file is damaged: " + complaint);
            }
        }

        @Override
        public void imageProgress(ImageReader source, float percentageDone) {
            if (deadline.passed()) {
                reader.abort();
            }
        }

        @Override
        public void sequenceStarted(ImageReader source, int minIndex) {}

        @Override
        public void sequenceComplete(ImageReader source) {}

        @Override
        public void imageStarted(ImageReader source, int imageIndex) {}

        @Override
        public void imageComplete(ImageReader source) {}

        @Override
        public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

        @Override
        public void thumbnailProgress(ImageReader source, float percentageDone) {}

        @Override
        public void thumbnailComplete(ImageReader source) {}

        @Override
        public void readAborted(ImageReader source) {}
    }
}
