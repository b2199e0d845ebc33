package io.darkroom.inference.device;

/** The names of the conditions that rows with ControlNets have. */
public final class ControlConditions {
    private static final String PICTURE = "controlnet_cond.";

    /** {@code [rows, nets * residuals]}: what each residual of each ControlNet is multiplied by. */
    public static final String SCALES = "controlnet_scales";

    private ControlConditions() {}

    /**
     * The pictures of a ControlNet, {@code [rows, 3, height, width]} in 0..1.
     *
     * @param net from 0
     */
    public static String picture(int net) {
        return PICTURE + net;
    }

    static boolean isOne(String condition) {
        return condition.equals(SCALES) || condition.startsWith(PICTURE);
    }
}
