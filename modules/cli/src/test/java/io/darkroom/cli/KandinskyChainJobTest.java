package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.cli.local.LocalSystem;
import io.darkroom.contract.result.JobResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kandinsky's prior and decoder in pools of their own. */
class KandinskyChainJobTest {
    private static final Path GOLDEN = Path.of("../pipelines/src/test/resources/golden");
    private static final Path BOTH = GOLDEN.resolve("checkpoints/kandinsky");

    @Test
    void aPriorInOnePoolAndADecoderInAnotherGiveDiffusersPictures(@TempDir Path folder) throws Exception {
        Path prior = part(folder.resolve("prior"), true, "KandinskyV22PriorPipeline");
        Path decoder = part(folder.resolve("decoder"), false, "KandinskyV22Pipeline");
        try (LocalSystem system = LocalSystem.start(folder.resolve("system"))) {
            system.importModel(prior, "prior", "priors");
            system.importModel(decoder, "decoder", "decoders");
            system.importModel(BOTH, "both", "decoders");
            system.startWorker("priors", List.of(prior), 1, "cpu");
            system.startWorker("decoders", List.of(decoder, BOTH), 1, "cpu");
            String picture = system.place(GOLDEN.resolve("kandinsky/large.png").toString());

            JobResult apart = PictureJobs.run(system, "apart", prior("prior") + text2img() + img2img(picture));
            JobResult fused = PictureJobs.run(system, "fused", prior("both") + text2img());

            assertThat(apart.stages())
                    .extracting(JobResult.StageSummary::workItem)
                    .containsExactly(0, 1, 2);
            assertThat(fused.stages())
                    .extracting(JobResult.StageSummary::workItem)
                    .containsExactly(0, 0);
            assertThat(PictureJobs.largestDifference(
                            PictureJobs.stored(system, apart.images().get(0)),
                            PictureJobs.read(GOLDEN.resolve("kandinsky/kandinsky-chained-basic-0.png"))))
                    .isLessThanOrEqualTo(1);
            assertThat(apart.images()).hasSize(2);
            assertThat(fused.images())
                    .extracting(JobResult.Image::sha256)
                    .containsExactly(apart.images().get(0).sha256());
        }
    }

    private static String prior(String model) {
        return """
            { "id": "idea", "kind": "prior", "model": "%s", "prompt": "a red fox", "seed": 241,
              "num_inference_steps": 4, "guidance_scale": 4 }
            """.formatted(model);
    }

    private static String text2img() {
        return """
            , { "id": "fox", "kind": "text2img", "model": "decoder", "image_embeds": "idea", "seed": 242,
              "num_inference_steps": 5, "guidance_scale": 2.5, "width": 48, "height": 48 }
            """;
    }

    private static String img2img(String picture) {
        return """
            , { "id": "other", "kind": "img2img", "model": "decoder", "image_embeds": "idea", "input": "%s", "seed": 251,
              "num_inference_steps": 5, "guidance_scale": 2.5, "width": 48, "height": 48, "strength": 0.6 }
            """.formatted(picture);
    }

    /** As the exporter writes one of the two by itself. */
    private static Path part(Path into, boolean prior, String className) throws IOException {
        try (Stream<Path> walk = Files.walk(BOTH)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                String name = BOTH.relativize(file).toString();
                if (name.contains("/") && name.startsWith("prior_") == prior) {
                    Path target = into.resolve(prior ? name.substring("prior_".length()) : name);
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        }
        Files.writeString(into.resolve("model_index.json"), "{\"_class_name\": \"%s\"}".formatted(className));
        return into;
    }
}
