package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Pictures compared, colour by colour. */
public final class Pictures {

    private Pictures() {}

    /** Of two PNG files, which must show pictures of one size: 0..255. */
    public static int largestDifference(byte[] png, byte[] otherPng) throws IOException {
        BufferedImage one = read(png);
        BufferedImage other = read(otherPng);
        assertThat(one.getWidth()).isEqualTo(other.getWidth());
        assertThat(one.getHeight()).isEqualTo(other.getHeight());
        int largest = 0;
        for (int y = 0; y < one.getHeight(); y++) {
            for (int x = 0; x < one.getWidth(); x++) {
                for (int shift = 0; shift <= 16; shift += 8) {
                    int difference = (one.getRGB(x, y) >> shift & 255) - (other.getRGB(x, y) >> shift & 255);
                    largest = Math.max(largest, Math.abs(difference));
                }
            }
        }
        return largest;
    }

    private static BufferedImage read(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }
}
