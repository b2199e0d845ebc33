package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.result.JobResult;
import io.darkroom.pipelines.SafetyMode;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Jobs with models of other families, from the request to what diffusers made of the same calls. */
@ExtendWith(BrokerExtension.class)
class FamiliesTest {
    private static final Path GOLDEN = Path.of("../pipelines/src/test/resources/golden");

    @TempDir
    Path files;

    private SystemBench system;

    @BeforeEach
    void open(TestBroker broker) throws Exception {
        system = new SystemBench(broker, files);
    }

    @AfterEach
    void close() throws Exception {
        system.close();
    }

    @Test
    void aKandinskyJobGivesDiffusersPictureAndItsNextStageStartsFromPixels() throws Exception {
        system.importModels(Map.of("kandinsky", "kandinsky"));
        system.startWorker("kandinsky");
        system.submit(Jobs.kandinsky("fox", system.under("out/")));
        JobResult result = system.awaitResult("fox");

        assertThat(result.error()).isEmpty();
        assertThat(result.images()).hasSize(2);
        byte[] png = system.store().get(result.images().getFirst().uri(), 1 << 20);
        assertThat(Pictures.largestDifference(
                        png, Files.readAllBytes(GOLDEN.resolve("kandinsky/kandinsky-text2img-basic-0.png"))))
                .isLessThanOrEqualTo(1);
        assertThat(result.images().get(1).width()).isEqualTo(32);
        assertThat(result.images().get(1).height()).isEqualTo(64);
        assertThat(result.stages().getLast().warnings())
                .anyMatch(warning -> warning.contains("swaps width and height"));
    }

    @Test
    void aPictureThatShouldNotBeShownIsBlackAndTheResultSaysSo() throws Exception {
        Path guarded = Models.guarded(files.resolve("guarded"));
        system.importModel(guarded, "guarded", "guarded");
        system.startWorker("guarded", List.of(guarded), SafetyMode.BLANK);
        system.submit(Jobs.guarded("foxes", system.under("out/")));
        JobResult result = system.awaitResult("foxes");

        assertThat(result.error()).isEmpty();
        assertThat(result.images())
                .extracting(JobResult.Image::nsfwContentDetected)
                .containsExactly(Optional.of(true), Optional.of(true), Optional.of(false), Optional.of(false));
        for (int i = 0; i < 4; i++) {
            byte[] png = system.store().get(result.images().get(i).uri(), 1 << 20);
            byte[] expected = Files.readAllBytes(GOLDEN.resolve("safety-checker/square-" + i + ".png"));
            assertThat(Pictures.largestDifference(png, expected)).isLessThanOrEqualTo(1);
        }
    }
}
