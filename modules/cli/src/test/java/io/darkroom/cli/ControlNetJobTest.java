package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.cli.local.LocalSystem;
import io.darkroom.contract.result.JobResult;
import io.darkroom.images.CannyEdges;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole system with a ControlNet, from flags to the file. */
class ControlNetJobTest {
    private static final Path GOLDEN = Path.of("../pipelines/src/test/resources/golden");

    @Test
    void aJobWithAControlNetGivesDiffusersPicture(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("fox.png");
        CliRun run = CliRun.of(
                "generate",
                "--model",
                GOLDEN.resolve("checkpoints/sd-factor8").toString(),
                "--prompt",
                "a red fox",
                "--seed",
                "203",
                "--num-inference-steps",
                "6",
                "--guidance-scale",
                "5",
                "--width",
                "48",
                "--height",
                "48",
                "--controlnet",
                GOLDEN.resolve("checkpoints/controlnet-a").toString(),
                "--control-image",
                GOLDEN.resolve("controlnet/control-a.png").toString(),
                "--control-guidance-start",
                "0.3",
                "--control-guidance-end",
                "0.8",
                "--out",
                out.toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(PictureJobs.largestDifference(
                        PictureJobs.read(out),
                        PictureJobs.read(GOLDEN.resolve("controlnet/sd-factor8-control-window-0.png"))))
                .isLessThanOrEqualTo(1);
    }

    @Test
    void aLoraChangesTheModelBesideItsControlNetAsInDiffusers(@TempDir Path folder) throws Exception {
        try (LocalSystem system = LocalSystem.start(folder)) {
            Path lora = GOLDEN.resolve("lora/sd-kohya.safetensors");
            List<Path> parts = List.of(checkpoint("sd-factor8"), checkpoint("controlnet-a"), lora);
            system.importModel(parts.get(0), "fox", "near");
            system.importModel(parts.get(1), "edges", "near");
            system.importAdapter(lora, "style", "near", Optional.empty());
            system.startWorker("near", parts, 1, "cpu");

            JobResult result = PictureJobs.run(system, "styled", """
                { "kind": "text2img", "model": "fox", "prompt": "a red fox", "seed": 541, "num_inference_steps": 5,
                  "guidance_scale": 5, "width": 48, "height": 48, "loras": [ { "model": "style", "scale": 0.8 } ],
                  "controlnet": [ { "model": "edges", "image": "%s", "conditioning_scale": 0.8 } ] }
                """.formatted(system.place(
                    GOLDEN.resolve("controlnet/control-a.png").toString())));

            assertThat(PictureJobs.largestDifference(
                            PictureJobs.stored(system, result.images().getFirst()),
                            PictureJobs.read(GOLDEN.resolve("lora/sd-factor8-lora-control-0.png"))))
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void whatAControlNetIsShownMayBeMadeByTheJobItselfInAnyPool(@TempDir Path folder) throws Exception {
        try (LocalSystem system = LocalSystem.start(folder)) {
            List<Path> near = List.of(checkpoint("sd-factor8"), checkpoint("controlnet-a"), checkpoint("controlnet-c"));
            system.importModel(near.get(0), "fox", "near");
            system.importModel(near.get(1), "edges", "near");
            system.importModel(near.get(2), "depths", "near");
            system.importModel(checkpoint("dpt"), "dpt", "far");
            system.startWorker("near", near, 2, "cpu");
            system.startWorker("far", List.of(checkpoint("dpt")), 1, "cpu");
            String picture = system.place(GOLDEN.resolve("input-a.png").toString());

            JobResult made = PictureJobs.run(system, "made", """
                { "id": "lines", "kind": "canny", "input": "%1$s", "publish": true },
                { "id": "map", "kind": "depth", "model": "dpt", "input": "%1$s", "publish": true },
                """.formatted(picture) + steered("lines", "map"));
            Map<String, JobResult.Image> images =
                    made.images().stream().collect(Collectors.toMap(JobResult.Image::stage, Function.identity()));
            JobResult named = PictureJobs.run(
                    system,
                    "named",
                    steered(
                            images.get("lines").uri().toString(),
                            images.get("map").uri().toString()));

            assertThat(PictureJobs.stored(system, images.get("lines")))
                    .isEqualTo(CannyEdges.of(PictureJobs.read(GOLDEN.resolve("input-a.png")), 100, 200));
            assertThat(PictureJobs.largestDifference(
                            PictureJobs.stored(system, images.get("map")),
                            PictureJobs.read(GOLDEN.resolve("depth/dpt-input-a.png"))))
                    .isLessThanOrEqualTo(1);
            assertThat(PictureJobs.stored(system, named.images().getFirst()))
                    .isEqualTo(PictureJobs.stored(system, images.get("fox")));
            assertThat(made.stages())
                    .extracting(JobResult.StageSummary::workItem)
                    .containsExactly(0, 1, 2);
        }
    }

    private static String steered(String edges, String depth) {
        return """
            { "id": "fox", "kind": "text2img", "model": "fox", "prompt": "a red fox", "seed": 5,
              "num_inference_steps": 4, "controlnet": [
                { "model": "edges", "image": "%s", "conditioning_scale": 0.7 },
                { "model": "depths", "image": "%s", "guidance_end": 0.5 } ] }
            """.formatted(edges, depth);
    }

    private static Path checkpoint(String name) {
        return GOLDEN.resolve("checkpoints").resolve(name);
    }
}
