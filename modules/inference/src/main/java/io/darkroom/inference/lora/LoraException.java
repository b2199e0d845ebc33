package io.darkroom.inference.lora;

/** A LoRA that cannot be used; the message names the first key at fault. */
public final class LoraException extends Exception {
    private static final long serialVersionUID = 1L;

    public LoraException(String message) {
        super(message);
    }
}
