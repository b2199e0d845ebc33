package io.darkroom.contract.request;

import io.darkroom.contract.request.ValidStage.Input;
import java.util.List;

/**
 * The ControlNets of a stage; names and meaning are diffusers'.
 *
 * @param nets in the request's order; none for an ordinary stage
 * @param guessMode whether they guide without a prompt
 */
public record ControlOptions(List<Net> nets, boolean guessMode) {
    /** An ordinary stage. */
    public static final ControlOptions NONE = new ControlOptions(List.of(), false);

    public ControlOptions {
        nets = List.copyOf(nets);
    }

    /**
     * One ControlNet.
     *
     * @param model its name in the catalogue
     * @param image what it is shown
     * @param conditioningScale what its residuals are multiplied by
     * @param guidanceStart 0..1, the part of the steps that is over when it begins to count
     * @param guidanceEnd 0..1, the part of the steps after which it no longer counts
     */
    public record Net(String model, Input image, double conditioningScale, double guidanceStart, double guidanceEnd) {}

    /**
     * The field that names a ControlNet's picture.
     *
     * @param net from 0
     */
    public static String imageField(int net) {
        return field(net, "image");
    }

    /** A field of one ControlNet. */
    public static String field(int net, String name) {
        return "controlnet[" + net + "]." + name;
    }
}
