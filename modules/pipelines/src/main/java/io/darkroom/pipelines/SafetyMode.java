package io.darkroom.pipelines;

/** What becomes of pictures that a model's safety checker finds should not be shown. Models without one are not checked. */
public enum SafetyMode {
    /** Nothing is checked. */
    OFF,
    /** Each picture has a verdict. */
    FLAG,
    /** The same, and such a picture is black, as from diffusers. */
    BLANK
}
