package io.darkroom.inference.compel;

/** A prompt that compel's grammar does not allow; the message says what would be right, and repeats nothing of the prompt. */
public final class CompelSyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    public CompelSyntaxException(String message) {
        super(message);
    }
}
