package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.KeptPath;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Image;
import io.darkroom.contract.result.JobResult.StageSummary;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class KeepTest {
    @Test
    void aJobStartsBehindWhatAnotherKeptAndMakesItAgainWhenItIsLost(TestBroker broker, @TempDir Path files)
            throws Exception {
        try (SystemBench system = new SystemBench(broker, files)) {
            system.importModels(SystemBench.ONE_POOL);
            system.startWorker("all");
            system.submit(chain(system, "first", "shop", 8));
            JobResult first = system.awaitResult("first");
            assertThat(reused(first)).containsExactly(false, false);
            assertThat(kept(files)).hasSize(1);

            system.submit(chain(system, "same", "shop", 8));
            JobResult same = system.awaitResult("same");
            assertThat(reused(same)).containsExactly(true, false);
            assertThat(same.images()).extracting(Image::sha256).isEqualTo(pictures(first));

            system.submit(chain(system, "fork", "shop", 9));
            assertThat(reused(system.awaitResult("fork"))).containsExactly(true, false);
            system.submit(chain(system, "stranger", "other", 8));
            assertThat(reused(system.awaitResult("stranger"))).containsExactly(false, false);

            for (Path file : kept(files)) {
                Files.delete(file);
            }
            system.submit(chain(system, "after", "shop", 8));
            JobResult after = system.awaitResult("after");
            assertThat(after.error()).isEmpty();
            assertThat(reused(after)).containsExactly(false, false);
            assertThat(pictures(after)).isEqualTo(pictures(first));
            assertThat(kept(files)).hasSize(1);
        }
    }

    private static List<Boolean> reused(JobResult result) {
        return result.stages().stream().map(StageSummary::reused).toList();
    }

    private static List<String> pictures(JobResult result) {
        return result.images().stream().map(Image::sha256).toList();
    }

    private static List<Path> kept(Path files) throws IOException {
        try (Stream<Path> all = Files.walk(files)) {
            return all.filter(file -> KeptPath.read(file.toUri()).isPresent()).toList();
        }
    }

    private static String chain(SystemBench system, String id, String tenant, int seed) {
        return """
            { "schema_version": 1, "id": "%s", "tenant": "%s",
              "stages": [
                { "id": "%1$s-draft", "kind": "text2img", "model": "draft", "prompt": "a red heart", "keep": true,
                  "seed": 7, "num_inference_steps": 2, "guidance_scale": 3 },
                { "kind": "img2img", "model": "comic", "prompt": "a blue heart",
                  "seed": %d, "num_inference_steps": 2, "guidance_scale": 3, "strength": 0.6 } ],
              "output": { "uri": "%s" } }
            """.formatted(id, tenant, seed, system.under("out/" + id + "/"));
    }
}
