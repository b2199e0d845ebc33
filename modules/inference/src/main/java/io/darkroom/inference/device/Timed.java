package io.darkroom.inference.device;

/**
 * What a call gave.
 *
 * @param deviceNanos for how long the device was busy with it
 */
public record Timed<T>(T value, long deviceNanos) {}
