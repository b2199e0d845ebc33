package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.json.Json;
import io.darkroom.contract.request.ParsedRequest;
import io.darkroom.contract.request.RequestParser;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.uri.UriPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flags as the job that they stand for, judged by the real door. */
class GenerateJobTest {

    @Test
    void everyFlagBecomesTheFieldOfItsName() throws IOException {
        JsonNode stage = stage(
                "--prompt", "a fox",
                "--negative-prompt", "rain",
                "--seed", "7",
                "--num-inference-steps", "20",
                "--guidance-scale", "6.5",
                "--width", "64",
                "--height", "32",
                "--num-images-per-prompt", "2",
                "--eta", "0.5",
                "--scheduler", "DPMSolverMultistepScheduler",
                "--scheduler-option", "use_karras_sigmas=true",
                "--scheduler-option", "solver_order=3",
                "--scheduler-option", "algorithm_type=dpmsolver++");
        assertThat(stage).isEqualTo(Json.mapper().readTree("""
            {"kind": "text2img", "model": "tiny-emoji", "prompt": "a fox",
             "negative_prompt": "rain", "seed": 7, "num_inference_steps": 20,
             "guidance_scale": 6.5, "width": 64, "height": 32,
             "num_images_per_prompt": 2, "eta": 0.5,
             "scheduler": "DPMSolverMultistepScheduler",
             "scheduler_options": {"use_karras_sigmas": true, "solver_order": 3,
                                   "algorithm_type": "dpmsolver++"}}
            """));
    }

    @Test
    void whatIsAddedToTheModelAndEncodedPromptsBecomeFields() throws IOException {
        JsonNode stage = stage(
                "--prompt-embeds", "s3://renders/p.safetensors",
                "--prompt-syntax", "compel",
                "--textual-inversion", "cat",
                "--lora", "style=-0.5",
                "--lora", "detail");

        assertThat(stage).isEqualTo(Json.mapper().readTree("""
            {"kind": "text2img", "model": "tiny-emoji", "prompt_embeds": "s3://renders/p.safetensors",
             "prompt_syntax": "compel", "textual_inversions": ["cat"],
             "loras": [{"model": "style", "scale": -0.5}, {"model": "detail", "scale": 1.0}]}
            """));
    }

    @Test
    void sdxlsFlagsBecomeFieldsToo() throws IOException {
        JsonNode stage = stage(
                "--prompt", "a fox",
                "--image", "s3://renders/in.png",
                "--prompt-2", "night",
                "--negative-prompt-2", "rain",
                "--clip-skip", "1",
                "--guidance-rescale", "0.7",
                "--denoising-start", "0.5",
                "--denoising-end", "0.9",
                "--original-size", "96,64",
                "--crops-coords-top-left", "8,24",
                "--negative-target-size", "80,16",
                "--aesthetic-score", "7.5");
        assertThat(stage).isEqualTo(Json.mapper().readTree("""
            {"kind": "img2img", "model": "tiny-emoji", "input": "s3://renders/in.png", "prompt": "a fox",
             "prompt_2": "night", "negative_prompt_2": "rain", "clip_skip": 1, "guidance_rescale": 0.7,
             "denoising_start": 0.5, "denoising_end": 0.9, "original_size": [96, 64],
             "crops_coords_top_left": [8, 24], "negative_target_size": [80, 16], "aesthetic_score": 7.5}
            """));
    }

    @Test
    void eachControlNetHasItsOwnFlags() throws IOException {
        JsonNode stage = stage(
                "--prompt",
                "a fox",
                "--controlnet",
                "edges",
                "--control-image",
                "s3://renders/edges.png",
                "--controlnet-conditioning-scale",
                "0.8",
                "--controlnet",
                "depth",
                "--control-image",
                "s3://renders/depth.png",
                "--control-guidance-start",
                "0.1",
                "--control-guidance-end",
                "0.9",
                "--guess-mode");
        assertThat(stage).isEqualTo(Json.mapper().readTree("""
            {"kind": "text2img", "model": "tiny-emoji", "prompt": "a fox", "guess_mode": true,
             "controlnet": [
               {"model": "edges", "image": "s3://renders/edges.png", "conditioning_scale": 0.8},
               {"model": "depth", "image": "s3://renders/depth.png", "guidance_start": 0.1, "guidance_end": 0.9}]}
            """));
    }

    @Test
    void whatIsNotSaidIsLeftToTheRouter() throws IOException {
        assertThat(stage("--prompt", "a fox").properties().stream().map(field -> field.getKey()))
                .containsExactly("kind", "model", "prompt");
    }

    @Test
    void aListOfSeedsIsAListInTheJob() throws IOException {
        JsonNode seeds = stage("--prompt", "x", "--num-images-per-prompt", "3", "--seed", "1,2,3")
                .path("seed");
        assertThat(seeds).extracting(JsonNode::asLong).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aPictureMakesItImg2Img() throws IOException {
        JsonNode stage = stage("--prompt", "x", "--image", "s3://renders/in.png", "--strength", "0.25");
        assertThat(stage.path("kind").asText()).isEqualTo("img2img");
        assertThat(stage.path("input").asText()).isEqualTo("s3://renders/in.png");
        assertThat(stage.path("strength").asDouble()).isEqualTo(0.25);
    }

    @Test
    void aListOfStrengthsASheetAndAFilmBecomeTheirStages() throws IOException {
        CliRun run = generate(
                "--prompt", "x",
                "--image", "s3://renders/in.png",
                "--strength", "0.4,0.8",
                "--guidance-scale", "5,7.5",
                "--grid", "sheet.png",
                "--grid-cols", "2",
                "--animation", "film.gif",
                "--duration", "250");

        assertThat(run.err()).isEmpty();
        assertThat(accepted(run)).extracting(ValidStage::id).containsExactly("pictures", "grid", "animation");
        assertThat(Json.mapper().readTree(run.out()).path("stages"))
                .isEqualTo(Json.mapper().readTree("""
                    [{"kind": "img2img", "model": "tiny-emoji", "input": "s3://renders/in.png", "prompt": "x",
                      "strength": [0.4, 0.8], "guidance_scale": [5.0, 7.5], "id": "pictures", "publish": true},
                     {"id": "grid", "kind": "grid", "inputs": ["pictures"], "cols": 2},
                     {"id": "animation", "kind": "animation", "inputs": ["pictures"], "duration": 250}]
                    """));
    }

    @Test
    void theEndingOfTheFileChoosesTheFormat() throws IOException {
        assertThat(job("a.jpg").path("output").path("format").asText()).isEqualTo("jpeg");
        assertThat(job("a.png").path("output").path("format").asText()).isEqualTo("png");
        CliRun run = CliRun.of("generate", "--model", "m", "--prompt", "x", "--out", "a.gif");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("a.gif must end in .png, .jpg or .jpeg");
    }

    @Test
    void aJobIsPrintedWithoutAFile() throws IOException {
        CliRun run = CliRun.of("generate", "--model", "m", "--prompt", "x", "--print-job");
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
        assertThat(Json.mapper()
                        .readTree(run.out())
                        .path("output")
                        .path("format")
                        .asText())
                .isEqualTo("png");
        assertThat(CliRun.of("generate", "--model", "m", "--prompt", "x").err()).contains("--out=OUT.png");
    }

    /** diffusers calls every LoRA so. */
    @Test
    void twoFilesOfOneNameAreTwo(@TempDir Path folder) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--prompt", "x"));
        for (String style : List.of("comic", "pixel", "lr=1e-4")) {
            Path file = Files.createDirectories(folder.resolve(style)).resolve("pytorch_lora_weights.safetensors");
            Files.writeString(file, "");
            arguments.addAll(List.of("--lora", style.equals("pixel") ? file + "=0.5" : file.toString()));
        }
        JsonNode loras = stage(arguments.toArray(String[]::new)).path("loras");
        assertThat(loras)
                .extracting(lora ->
                        lora.path("model").asText() + " " + lora.path("scale").asDouble())
                .containsExactly(
                        "pytorch_lora_weights 1.0",
                        "pixel-pytorch_lora_weights 0.5",
                        "lr-1e-4-pytorch_lora_weights 1.0");
    }

    @Test
    void flagsThatContradictEachOtherAreRefused() {
        assertThat(generate("--prompt", "x", "--strength", "0.5").err()).contains("it needs --image");
        assertThat(generate("--prompt", "x", "--mask", "a.png").err()).contains("it needs --image");
        assertThat(generate("--prompt", "x", "--grid-cols", "2").err()).contains("it needs --grid");
        assertThat(generate("--prompt", "x", "--duration", "20").err()).contains("it needs --animation");
        assertThat(generate("--prompt", "x", "--animation", "a.png").err()).contains("a.png must end in .gif");
    }

    private static JsonNode job(String out) throws IOException {
        return Json.mapper()
                .readTree(CliRun.of("generate", "--model", "m", "--prompt", "x", "--out", out, "--print-job")
                        .out());
    }

    private static JsonNode stage(String... flags) throws IOException {
        CliRun run = generate(flags);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(accepted(run)).singleElement().extracting(ValidStage::model).isEqualTo("tiny-emoji");
        return Json.mapper().readTree(run.out()).path("stages").path(0);
    }

    private static List<ValidStage> accepted(CliRun run) {
        var door = new RequestParser(UriPolicy.sameForAll(List.of("s3://renders/")));
        ParsedRequest parsed = door.parse(run.out().getBytes(StandardCharsets.UTF_8));
        assertThat(parsed).isInstanceOf(ParsedRequest.Accepted.class);
        return ((ParsedRequest.Accepted) parsed).job().stages();
    }

    private static CliRun generate(String... flags) {
        List<String> arguments =
                new ArrayList<>(List.of("generate", "--model", "tiny-emoji", "--out", "a.png", "--print-job"));
        arguments.addAll(List.of(flags));
        return CliRun.of(arguments.toArray(String[]::new));
    }
}
