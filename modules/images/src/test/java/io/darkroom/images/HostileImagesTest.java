package io.darkroom.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.images.ImageRejectedException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileImagesTest {
    private static final ImageLimits LIMITS = ImageLimits.standard();

    static List<String> readable() {
        return GoldenData.names("read-");
    }

    private static AbstractThrowableAssert<?, ?> assertRejected(byte[] file, Reason reason) {
        return assertThatThrownBy(() -> ImageReading.read(file, LIMITS))
                .isInstanceOfSatisfying(
                        ImageRejectedException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    @Test
    void aPngWhoseHeaderAnnouncesAHugePictureIsRefusedBeforeAnyPixelIsDecoded() {
        byte[] bomb = HandmadePng.rgb(50_000, 50_000)
                .chunk("IDAT", HandmadePng.deflatedZeros(10_000_000))
                .end();
        assertThat(bomb.length).isLessThan(20_000);
        assertRejected(bomb, Reason.TOO_LARGE)
                .hasMessageContaining("50000x50000")
                .hasMessageContaining("16777216");
    }

    @Test
    void aThinPictureIsRefusedByItsLongSide() {
        byte[] thin = HandmadePng.rgb(60_000, 1)
                .chunk("IDAT", HandmadePng.deflatedZeros(180_001))
                .end();
        assertRejected(thin, Reason.TOO_LARGE).hasMessageContaining("a side has at most 16384");
    }

    @Test
    void sidesThatOverflowAnIntAreRefused() {
        assertRejected(HandmadePng.rgb(-1, 1).chunk("IDAT", new byte[4]).end(), Reason.DAMAGED);
        assertRejected(
                HandmadePng.rgb(65_536, 65_536).chunk("IDAT", new byte[4]).end(), Reason.TOO_LARGE);
        assertRejected(HandmadePng.rgb(0, 5).chunk("IDAT", new byte[4]).end(), Reason.DAMAGED);
    }

    @Test
    void pixelsBeyondTheAnnouncedSizeAreNeverInflated() throws ImageRejectedException {
        byte[] bomb = HandmadePng.rgb(2, 2)
                .chunk("IDAT", HandmadePng.deflatedZeros(50_000_000))
                .end();
        assertThat(ImageReading.read(bomb, LIMITS)).isEqualTo(RgbImage.black(2, 2));
    }

    @Test
    void aPngWithFewerPixelsThanItAnnouncesIsDamaged() {
        byte[] lying = HandmadePng.rgb(100, 100)
                .chunk("IDAT", HandmadePng.deflatedZeros(301 * 40))
                .end();
        assertRejected(lying, Reason.DAMAGED);
    }

    @Test
    void compressedTextsInAPictureAreNotInflatedWhenItIsRead() throws ImageRejectedException {
        byte[] bomb = HandmadePng.rgb(1, 1)
                .chunk("zTXt", textBomb())
                .chunk("iCCP", textBomb())
                .chunk("IDAT", HandmadePng.deflatedZeros(4))
                .end();
        assertThat(ImageReading.read(bomb, LIMITS)).isEqualTo(RgbImage.black(1, 1));
        assertThatThrownBy(() -> PngText.read(bomb))
                .isInstanceOfSatisfying(
                        ImageRejectedException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
    }

    private static byte[] textBomb() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("Comment\0\0".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(HandmadePng.deflatedZeros(50_000_000));
        return out.toByteArray();
    }

    @Test
    void aWrongChecksumIsNamed() {
        byte[] file = GoldenData.bytes("read-rgb.png");
        file[60] ^= 1;
        assertRejected(file, Reason.DAMAGED).hasMessageContaining("the checksum of the PNG's chunk IDAT");
    }

    @Test
    void impossibleColourTypesAreDamagedAndSixteenBitGreyIsUnsupported() {
        assertRejected(
                new HandmadePng().header(1, 1, 8, 5).chunk("IDAT", new byte[9]).end(), Reason.DAMAGED);
        assertRejected(
                new HandmadePng().header(1, 1, 4, 2).chunk("IDAT", new byte[9]).end(), Reason.DAMAGED);
        assertRejected(
                        new HandmadePng()
                                .header(1, 1, 8, 3)
                                .chunk("IDAT", new byte[9])
                                .end(),
                        Reason.DAMAGED)
                .hasMessageContaining("palette");
        assertRejected(
                        new HandmadePng()
                                .header(1, 1, 16, 0)
                                .chunk("IDAT", new byte[9])
                                .end(),
                        Reason.UNSUPPORTED)
                .hasMessageContaining("8 bits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"animated.png", "animated.webp"})
    void anAnimationIsUnsupported(String name) {
        assertRejected(GoldenData.bytes(name), Reason.UNSUPPORTED).hasMessageContaining("animated");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GIF89a\1\0\1\0", "<svg xmlns='http://www.w3.org/2000/svg'/>", "BM", "RIFF\4\0\0\0AVI ", "x"})
    void otherFormatsAreUnknownWhateverImageIoCouldRead(String start) {
        assertRejected(start.getBytes(StandardCharsets.ISO_8859_1), Reason.UNKNOWN_FORMAT)
                .hasMessageContaining("no PNG, JPEG or WebP");
    }

    @Test
    void anEmptyFileSaysSo() {
        assertRejected(new byte[0], Reason.UNKNOWN_FORMAT).hasMessageContaining("empty");
    }

    @Test
    void moreBytesThanAllowedAreRefusedFirst() {
        byte[] file = GoldenData.bytes("read-rgb.png");
        assertThatThrownBy(() -> ImageReading.read(file, new ImageLimits(file.length - 1, 1 << 20)))
                .isInstanceOf(ImageRejectedException.class)
                .hasMessageContaining("at most " + (file.length - 1));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void aFileCutOffAnywhereIsRefused(String name) {
        byte[] file = GoldenData.bytes(name);
        for (int eighth = 0; eighth < 8; eighth++) {
            byte[] cut = Arrays.copyOf(file, file.length * eighth / 8);
            assertThatThrownBy(() -> ImageReading.read(cut, LIMITS))
                    .as("%s cut to %s of %s bytes", name, cut.length, file.length)
                    .isInstanceOf(ImageRejectedException.class);
        }
    }

    @Test
    void aJpegWhosePixelsEndEarlyIsDamagedNotGrey() {
        byte[] file = GoldenData.bytes("read-ycbcr-420.jpg");
        byte[] cut = Arrays.copyOf(file, file.length * 3 / 4);
        cut[cut.length - 2] = (byte) 0xff;
        cut[cut.length - 1] = (byte) 0xd9;
        assertRejected(cut, Reason.DAMAGED);
    }

    @Test
    void aJpegThatClaimsToBeLargerThanItsPixelsIsDamaged() {
        byte[] file = GoldenData.bytes("read-ycbcr-444.jpg");
        int frame = indexOf(file, 0xff, 0xc0);
        file[frame + 5] = 8;
        file[frame + 7] = 8;
        assertRejected(file, Reason.DAMAGED);
    }

    @Test
    void aJpegOfVeryManyScansIsRefused() {
        byte[] file = GoldenData.bytes("read-progressive.jpg");
        int lastScan = lastIndexOf(file, 0xff, 0xda);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, 0, lastScan);
        for (int i = 0; i < 100; i++) {
            out.write(file, lastScan, file.length - 2 - lastScan);
        }
        out.write(file, file.length - 2, 2);
        assertRejected(out.toByteArray(), Reason.UNSUPPORTED).hasMessageContaining("64 scans");
    }

    @Test
    void jpegFlavoursThatNoBrowserReadsAreNamed() {
        byte[] arithmetic = GoldenData.bytes("read-ycbcr-444.jpg");
        arithmetic[indexOf(arithmetic, 0xff, 0xc0) + 1] = (byte) 0xc9;
        assertRejected(arithmetic, Reason.UNSUPPORTED).hasMessageContaining("arithmetically");
        byte[] twelveBits = GoldenData.bytes("read-ycbcr-444.jpg");
        twelveBits[indexOf(twelveBits, 0xff, 0xc0) + 4] = 12;
        assertRejected(twelveBits, Reason.UNSUPPORTED).hasMessageContaining("12 bits");
    }

    @Test
    void aWebpWhoseCanvasAndPictureDisagreeIsDamaged() {
        byte[] file = GoldenData.bytes("read-turned.webp");
        int canvas = indexOf(file, 'V', 'P', '8', 'X') + 12;
        file[canvas] ^= 1;
        assertRejected(file, Reason.DAMAGED).hasMessageContaining("contradicts itself");
    }

    @Test
    void aLossyWebpIsHeldToThePixelLimitOfItsOwnFrame() {
        byte[] file = GoldenData.bytes("read-lossy90.webp");
        int frame = indexOf(file, 0x9d, 0x01, 0x2a);
        file[frame + 4] = 0x3f;
        file[frame + 6] = 0x3f;
        assertRejected(file, Reason.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read-rgb.png", "read-progressive.jpg", "read-lossy90.webp", "read-lossless.webp"})
    void decodingStopsWhenItsTimeIsOver(String name) {
        ImageLimits noTime = new ImageLimits(1 << 20, 1 << 20, 1 << 14, Duration.ofNanos(1));
        assertThatThrownBy(() -> ImageReading.read(GoldenData.bytes(name), noTime))
                .isInstanceOfSatisfying(
                        ImageRejectedException.class,
                        e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.TOO_SLOW));
    }

    /**
     * Whatever happens to a file's bytes, the answer is a picture within the limits or a rejection.
     */
    @ParameterizedTest
    @MethodSource("readable")
    void flippedBytesNeverEscapeAsAnotherException(String name) {
        byte[] sound = GoldenData.bytes(name);
        Random random = new Random(name.hashCode());
        int rejected = 0;
        for (int i = 0; i < 60; i++) {
            byte[] file = sound.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(ImageReading.header(file, LIMITS).pixels()).isLessThanOrEqualTo(LIMITS.maxPixels());
                ImageReading.read(file, new ImageLimits(LIMITS.maxBytes(), 1 << 20));
            } catch (ImageRejectedException e) {
                assertThat(e.getMessage()).isNotBlank();
                rejected++;
            }
        }
        assertThat(rejected).isPositive();
    }

    private static int indexOf(byte[] file, int... pattern) {
        for (int at = 0; at + pattern.length <= file.length; at++) {
            if (matches(file, at, pattern)) {
                return at;
            }
        }
        throw new IllegalArgumentException("the file lacks " + Arrays.toString(pattern));
    }

    private static int lastIndexOf(byte[] file, int... pattern) {
        for (int at = file.length - pattern.length; at >= 0; at--) {
            if (matches(file, at, pattern)) {
                return at;
            }
        }
        throw new IllegalArgumentException("the file lacks " + Arrays.toString(pattern));
    }

    private static boolean matches(byte[] file, int at, int... pattern) {
        for (int i = 0; i < pattern.length; i++) {
            if (file[at + i] != (byte) pattern[i]) {
                return false;
            }
        }
        return true;
    }
}
