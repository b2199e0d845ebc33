package io.darkroom.pipelines;

/**
 * Where a stage's time went, in nanoseconds.
 *
 * @param encodeNanos wall time from the start to the first step: text encoder, VAE encoder, noise
 * @param denoiseNanos wall time of the steps, waiting for other jobs' calls included
 * @param decodeNanos wall time of the VAE decoder and the conversion to pixels
 * @param deviceNanos time of the device's calls, each counted by this stage's share of its rows
 */
public record Timings(long encodeNanos, long denoiseNanos, long decodeNanos, long deviceNanos) {
    public static final Timings NONE = new Timings(0, 0, 0, 0);

    public Timings plus(Timings other) {
        return new Timings(
                encodeNanos + other.encodeNanos,
                denoiseNanos + other.denoiseNanos,
                decodeNanos + other.decodeNanos,
                deviceNanos + other.deviceNanos);
    }

    /** Of two that ran at the same time. */
    public Timings beside(Timings other) {
        return new Timings(
                Math.max(encodeNanos, other.encodeNanos),
                Math.max(denoiseNanos, other.denoiseNanos),
                Math.max(decodeNanos, other.decodeNanos),
                deviceNanos + other.deviceNanos);
    }

    /** All phases, without {@link #deviceNanos}, which overlaps with them. */
    public long wallNanos() {
        return encodeNanos + denoiseNanos + decodeNanos;
    }
}
