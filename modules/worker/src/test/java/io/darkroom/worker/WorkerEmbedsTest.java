package io.darkroom.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.SafeTensor;
import io.darkroom.artifacts.Safetensors;
import io.darkroom.contract.wire.Prompt;
import io.darkroom.contract.wire.PromptEmbeds;
import io.darkroom.contract.wire.WorkFailed;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.inference.model.ModelFolder;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Prompts that come as files. */
@ExtendWith(BrokerExtension.class)
class WorkerEmbedsTest {
    @TempDir
    Path files;

    private PoolBench bench;
    private int width;

    @BeforeEach
    void open(TestBroker broker) throws Exception {
        bench = new PoolBench(broker, files);
        bench.start(bench.config().withSlots(1));
        width = (int) ModelFolder.open(TestModel.folder())
                .unet()
                .input("encoder_hidden_states")
                .dimension(2);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void anEncodedPromptMakesAPicture() throws Exception {
        WorkItem item = item(file("prompt_embeds", SafeTensor.ofHalves(new float[32 * width], 1, 32, width)));

        assertThat(bench.awaitDone(item).getImagesList()).hasSize(1);
    }

    @Test
    void aFileThatIsNoSafetensorsIsRejectedByTheFieldsName() throws Exception {
        WorkFailed failed = bench.awaitFailed(item("Dear Sir or Madam, to whom it may concern".getBytes(UTF_8)));

        assertThat(failed.getErrorCode()).isEqualTo("INPUT_REJECTED");
        assertThat(failed.getMessage()).startsWith("prompt_embeds: is no safetensors file");
        assertThat(failed.getStage()).isEqualTo("s");
    }

    @Test
    void aTensorOfAnotherNameIsNotTaken() throws Exception {
        WorkFailed failed =
                bench.awaitFailed(item(file("embeds", SafeTensor.ofFloats(new float[32 * width], 1, 32, width))));

        assertThat(failed.getErrorCode()).isEqualTo("INPUT_REJECTED");
        assertThat(failed.getMessage()).isEqualTo("prompt_embeds: the file has no tensor of the name prompt_embeds");
    }

    @Test
    void aWidthThatTheModelDoesNotTakeIsSaidWithTheRightOne() throws Exception {
        WorkFailed failed =
                bench.awaitFailed(item(file("prompt_embeds", SafeTensor.ofFloats(new float[77 * 3], 1, 77, 3))));

        assertThat(failed.getErrorCode()).isEqualTo("INVALID_PARAMETER");
        assertThat(failed.getMessage())
                .isEqualTo("prompt_embeds: has the shape [1, 77, 3]; this model takes [1, tokens, " + width + "]");
    }

    private static byte[] file(String name, SafeTensor tensor) {
        return Safetensors.of(name, tensor, Map.of()).write();
    }

    private WorkItem item(byte[] embeds) throws Exception {
        Path file = Files.write(files.resolve("prompt.safetensors"), embeds);
        PromptEmbeds uris =
                PromptEmbeds.newBuilder().setPromptUri(file.toUri().toString()).build();
        WorkItem item = Items.item(
                        "job",
                        files,
                        Items.text2img("s", 1)
                                .setPrompt(Prompt.newBuilder().setEmbeds(uris))
                                .build())
                .build();
        bench.give(item);
        return item;
    }
}
