package io.darkroom.cli;

import io.darkroom.cli.generate.NamedControlNet;
import java.util.Optional;
import picocli.CommandLine.Option;

/** One ControlNet of {@code darkroom generate}; the group may be given several times. */
final class ControlNetOptions {

    @Option(
            names = "--controlnet",
            paramLabel = "NAME|FOLDER",
            required = true,
            description =
                    "A ControlNet of the catalogue, or its folder; the options that follow belong to it. May be given"
                            + " several times.")
    private String model;

    @Option(
            names = "--control-image",
            paramLabel = "IN.png|URI",
            required = true,
            description = "What it is shown, such as edges or a depth map.")
    private String image;

    @Option(
            names = "--controlnet-conditioning-scale",
            paramLabel = "X",
            description = "How much it counts. Default: 1.")
    private Double conditioningScale;

    @Option(
            names = "--control-guidance-start",
            paramLabel = "0..1",
            description = "The part of the steps that is over when it begins to count. Default: 0.")
    private Double guidanceStart;

    @Option(
            names = "--control-guidance-end",
            paramLabel = "0..1",
            description = "The part of the steps after which it no longer counts. Default: 1.")
    private Double guidanceEnd;

    NamedControlNet named() {
        return new NamedControlNet(
                model,
                image,
                Optional.ofNullable(conditioningScale),
                Optional.ofNullable(guidanceStart),
                Optional.ofNullable(guidanceEnd));
    }
}
