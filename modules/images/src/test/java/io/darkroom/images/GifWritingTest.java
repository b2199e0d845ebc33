package io.darkroom.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GifWritingTest {
    private static final String GIF_METADATA = "javax_imageio_gif_image_1.0";

    @TempDir
    Path folder;

    /** The JDK's reader, which knows nothing of how the file was made. */
    private record Read(List<BufferedImage> frames, List<Integer> ticks, byte[] loop) {}

    @Test
    void framesComeBackInTheirOrderWithTheirTime() throws IOException {
        List<RgbImage> frames = List.of(gradient(40, 30, 0), gradient(40, 30, 90), gradient(40, 30, 180));

        Read read = read(animation(frames, 255, 0));

        assertThat(read.ticks()).containsExactly(25, 25, 25);
        assertThat(read.loop()).containsExactly(1, 0, 0);
        for (int i = 0; i < frames.size(); i++) {
            assertThat(read.frames().get(i).getWidth()).isEqualTo(40);
            assertThat(read.frames().get(i).getHeight()).isEqualTo(30);
            assertThat(meanSquaredError(frames.get(i), read.frames().get(i))).isLessThan(40);
        }
    }

    @Test
    void howOftenItIsPlayedIsSaid() throws IOException {
        byte[] gif = animation(List.of(gradient(4, 4, 0), gradient(4, 4, 9)), 100, 300);

        assertThat(read(gif).loop()).containsExactly(1, 300 & 0xff, 300 >> 8);
    }

    @Test
    void aPictureOfFewColoursKeepsThemExactly() throws IOException {
        RgbImage image = RgbImage.black(16, 16);
        for (int i = 0; i < 256; i++) {
            image.rgb()[3 * i] = (byte) (i % 16 * 17);
            image.rgb()[3 * i + 1] = (byte) (i / 16 * 17);
            image.rgb()[3 * i + 2] = (byte) 200;
        }

        Read read = read(animation(List.of(image), 100, 0));

        assertThat(meanSquaredError(image, read.frames().getFirst())).isZero();
    }

    /** Better than Pillow's median cut, which diffusers' export_to_gif uses: it leaves 16.9 on this picture. */
    @Test
    void aPictureOfManyColoursIsGivenThoseThatSuitIt() {
        RgbImage image = gradient(256, 256, 40);
        WuPalette palette = WuPalette.of(image);

        Set<Integer> used = new HashSet<>();
        double error = 0;
        for (int i = 0; i < image.rgb().length; i += 3) {
            int index = palette.indexOf(image.rgb()[i], image.rgb()[i + 1], image.rgb()[i + 2]) & 0xff;
            used.add(index);
            for (int channel = 0; channel < 3; channel++) {
                double difference = (palette.values(channel)[index] & 0xff) - (image.rgb()[i + channel] & 0xff);
                error += difference * difference;
            }
        }
        assertThat(palette.size()).isEqualTo(256);
        assertThat(used).hasSize(256);
        assertThat(error / image.rgb().length).isLessThan(16.8);
    }

    @Test
    void framesOfDifferentSizesAreRefused() {
        List<RgbImage> frames = List.of(gradient(4, 4, 0), gradient(4, 5, 0));

        assertThatThrownBy(() -> animation(frames, 100, 0)).hasMessage("the frames of an animation have one size");
    }

    private byte[] animation(List<RgbImage> frames, int frameMillis, int loops) throws IOException {
        Path file = folder.resolve("animation.gif");
        Files.writeString(file, "what was there before, and is longer than nothing");
        try (GifWriting gif = new GifWriting(file, frames.size(), frameMillis, loops)) {
            for (RgbImage frame : frames) {
                gif.add(frame);
            }
        }
        return Files.readAllBytes(file);
    }

    private static RgbImage gradient(int width, int height, int blue) {
        RgbImage image = RgbImage.black(width, height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * 3;
                image.rgb()[at] = (byte) (x * 255 / width);
                image.rgb()[at + 1] = (byte) (y * 255 / height);
                image.rgb()[at + 2] = (byte) (blue + x * y * 60 / (width * height));
            }
        }
        return image;
    }

    private static double meanSquaredError(RgbImage expected, BufferedImage actual) {
        double sum = 0;
        for (int y = 0; y < expected.height(); y++) {
            for (int x = 0; x < expected.width(); x++) {
                int rgb = actual.getRGB(x, y);
                for (int channel = 0; channel < 3; channel++) {
                    double difference = expected.at(x, y, channel) - (rgb >> (16 - 8 * channel) & 0xff);
                    sum += difference * difference;
                }
            }
        }
        return sum / expected.rgb().length;
    }

    private static Read read(byte[] gif) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(gif))) {
            reader.setInput(in);
            List<BufferedImage> frames = new ArrayList<>();
            List<Integer> ticks = new ArrayList<>();
            byte[] loop = new byte[0];
            for (int i = 0; i < reader.getNumImages(true); i++) {
                frames.add(reader.read(i));
                IIOMetadataNode root =
                        (IIOMetadataNode) reader.getImageMetadata(i).getAsTree(GIF_METADATA);
                ticks.add(Integer.parseInt(node(root, "GraphicControlExtension").getAttribute("delayTime")));
                if (root.getElementsByTagName("ApplicationExtension").getLength() > 0) {
                    loop = (byte[]) node(root, "ApplicationExtension").getUserObject();
                }
            }
            return new Read(frames, ticks, loop);
        } finally {
            reader.dispose();
        }
    }

    private static IIOMetadataNode node(IIOMetadataNode root, String name) {
        return (IIOMetadataNode) root.getElementsByTagName(name).item(0);
    }
}
