package io.darkroom.images;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * One pass over a JPEG's segments (ITU T.81, annex B) that keeps what is needed to decode the
 * pixels.
 */
final class JpegWalk {
    /**
     * Progressive files have about ten; each costs a pass over the whole picture, whatever its own
     * size.
     */
    private static final int MOST_SCANS = 64;

    private static final String EXIF = Orientation.EXIF_PREFIX;
    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int DNL = 0xdc;
    private static final int DRI = 0xdd;
    private static final int DHT = 0xc4;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;

    private final ByteReader in;
    private final ByteArrayOutputStream kept;
    private Optional<ImageHeader> header = Optional.empty();
    private final ByteArrayOutputStream exif = new ByteArrayOutputStream();
    private byte[] xmp = {};
    private int components;
    private int firstComponents;
    private int scans;
    private boolean jfif;
    private Optional<Integer> adobeTransform = Optional.empty();

    JpegWalk(ByteReader in) {
        this.in = in;
        this.kept = new ByteArrayOutputStream(in.length() + 32);
    }

    JpegFile run() throws ImageRejectedException {
        kept.write(0xff);
        kept.write(SOI);
        JpegFile.writeUntransformed(kept);
        int at = 2;
        while (true) {
            at = nextMarker(at);
            int marker = in.u8(at);
            if (marker == EOI) {
                return finished();
            }
            at = marker == SOI || marker == 0x01 || marker >= 0xd0 && marker <= 0xd7 ? at + 1 : segment(marker, at + 1);
        }
    }

    /**
     * The offset of the next byte that names a marker: after one or more 0xff, neither 0 nor 0xff.
     */
    private int nextMarker(int from) throws ImageRejectedException {
        int at = from;
        while (in.u8(at) != 0xff || in.u8(at + 1) == 0xff || in.u8(at + 1) == 0) {
            at++;
        }
        return at + 1;
    }

    private int segment(int marker, int at) throws ImageRejectedException {
        int length = in.u16(at);
        if (length < 2 || !in.has(at, length)) {
            throw ImageRejectedException.damaged(
                    "the JPEG's segment at byte " + (at - 2) + " reaches past the file's end");
        }
        int data = at + 2;
        switch (marker) {
            case DQT, DHT, DRI -> keep(marker, at, length);
            case 0xc0, 0xc1, 0xc2 -> frame(marker, at, length);
            case 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf ->
                throw ImageRejectedException.unsupported(
                        "the JPEG is lossless, hierarchical or arithmetically coded; save it as"
                                + " baseline or progressive");
            case DNL -> throw ImageRejectedException.unsupported("the JPEG gives its height after its pixels (DNL)");
            case SOS -> {
                return scan(at, length);
            }
            case APP0 -> jfif |= in.hasAscii(data, "JFIF\0");
            case APP1 -> orientation(data, length - 2);
            case APP14 -> adobe(data, length - 2);
            default -> {
                // Comments, profiles, thumbnails.
            }
        }
        return at + length;
    }

    private void keep(int marker, int at, int length) {
        kept.write(0xff);
        kept.write(marker);
        kept.write(in.bytes(), at, length);
    }

    private void frame(int marker, int at, int length) throws ImageRejectedException {
        if (header.isPresent()) {
            throw ImageRejectedException.damaged("the JPEG has more than one frame");
        }
        if (in.u8(at + 2) != 8) {
            throw ImageRejectedException.unsupported("the JPEG has " + in.u8(at + 2) + " bits a channel; 8 are read");
        }
        int height = in.u16(at + 3);
        if (height == 0) {
            throw ImageRejectedException.unsupported("the JPEG gives its height after its pixels (DNL)");
        }
        header = Optional.of(new ImageHeader(ImageFormat.JPEG, in.u16(at + 5), height));
        components = in.u8(at + 7);
        if (components != 1 && components != 3 && components != 4) {
            throw ImageRejectedException.unsupported(
                    "the JPEG has " + components + " channels; 1 (grey), 3 (colour) or 4 (CMYK) are read");
        }
        if (length != 8 + 3 * components) {
            throw ImageRejectedException.damaged("the JPEG's frame header has the wrong length");
        }
        if (components == 3) {
            firstComponents = in.u8(at + 8) << 16 | in.u8(at + 11) << 8 | in.u8(at + 14);
        }
        keep(marker, at, length);
    }

    /**
     * The scan's header and all its entropy-coded bytes, in which 0xff stands only before 0 or a
     * restart marker.
     */
    private int scan(int at, int length) throws ImageRejectedException {
        if (header.isEmpty()) {
            throw ImageRejectedException.damaged("the JPEG's pixels come before its header");
        }
        if (++scans > MOST_SCANS) {
            throw ImageRejectedException.unsupported("the JPEG has more than " + MOST_SCANS + " scans");
        }
        int end = at + length;
        while (in.u8(end) != 0xff || in.u8(end + 1) == 0 || in.u8(end + 1) >= 0xd0 && in.u8(end + 1) <= 0xd7) {
            end++;
        }
        keep(SOS, at, end - at);
        return end;
    }

    /** As in Pillow, EXIF may go on in further segments, the last XMP packet counts, and all stand before the pixels. */
    private void orientation(int data, int length) throws ImageRejectedException {
        if (scans > 0) {
            return;
        }
        if (length >= EXIF.length() && in.hasAscii(data, EXIF)) {
            exif.write(in.bytes(), data + EXIF.length(), length - EXIF.length());
        } else if (length >= XMP.length() && in.hasAscii(data, XMP)) {
            xmp = in.slice(data + XMP.length(), length - XMP.length());
        }
    }

    private void adobe(int data, int length) throws ImageRejectedException {
        if (length >= 12 && in.hasAscii(data, "Adobe")) {
            adobeTransform = Optional.of(in.u8(data + 11));
        }
    }

    private JpegFile finished() throws ImageRejectedException {
        if (header.isEmpty() || scans == 0) {
            throw ImageRejectedException.damaged("the JPEG holds no picture");
        }
        kept.write(0xff);
        kept.write(EOI);
        Orientation orientation = Orientation.of(exif.toByteArray(), xmp);
        return new JpegFile(header.get(), orientation, colour(), kept.toByteArray());
    }

    /** The rules of libjpeg's {@code default_decompress_parms}. */
    private JpegFile.Colour colour() {
        return switch (components) {
            case 1 -> JpegFile.Colour.GREY;
            case 3 -> isRgb() ? JpegFile.Colour.RGB : JpegFile.Colour.YCBCR;
            default -> adobeTransform.map(t -> t != 0).orElse(false) ? JpegFile.Colour.YCCK : JpegFile.Colour.CMYK;
        };
    }

    private boolean isRgb() {
        if (jfif) {
            return false;
        }
        boolean namedRgb = firstComponents == ('R' << 16 | 'G' << 8 | 'B');
        return adobeTransform.map(transform -> transform == 0).orElse(namedRgb);
    }
}
