package io.darkroom.images;

/**
 * A file from outside is not accepted as a picture. The message is for its owner: what is wrong,
 * what would be right.
 */
public final class ImageRejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why, for those who count or map it. */
    public enum Reason {
        /** No PNG, JPEG or WebP by its first bytes. */
        UNKNOWN_FORMAT,
        /** More bytes, pixels or a longer side than allowed. */
        TOO_LARGE,
        /** Truncated, or its parts contradict each other. */
        DAMAGED,
        /** A sound file of a flavour that is not read, such as an animation. */
        UNSUPPORTED,
        /** Decoding passed its time limit. */
        TOO_SLOW
    }

    private final Reason reason;

    public ImageRejectedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public ImageRejectedException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    static ImageRejectedException damaged(String message) {
        return new ImageRejectedException(Reason.DAMAGED, message);
    }

    static ImageRejectedException unsupported(String message) {
        return new ImageRejectedException(Reason.UNSUPPORTED, message);
    }
}
