package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.artifacts.FileStore;
import io.darkroom.artifacts.ObjectStore;
import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.contract.result.JobResult;
import io.darkroom.contract.result.JobResult.Status;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.worker.Worker;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two workers of a pool, of which one loses its store while it runs. */
@ExtendWith(BrokerExtension.class)
class BrokenWorkerTest {
    private static final int JOBS = 6;

    @TempDir
    Path files;

    @Test
    void whatFailedOnAWorkerWithoutItsStoreIsDoneByTheOtherNext(TestBroker broker) throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        try (SystemBench system = new SystemBench(broker, files.resolve("store"))) {
            system.importModels(Map.of("draft", "drafts"));
            ObjectStore elsewhere = new FileStore(Files.createDirectories(files.resolve("elsewhere")));
            Worker losing = system.startWorker("drafts", new LosingStore(system.store(), elsewhere, broken));
            Worker whole = system.startWorker("drafts");
            broken.set(true);
            List<String> jobs =
                    IntStream.range(0, JOBS).mapToObj(number -> "job-" + number).toList();
            jobs.forEach(job -> system.submit(job(job, system.under("out/"))));

            for (String job : jobs) {
                JobResult result = system.awaitResult(job);
                assertThat(result.status()).isEqualTo(Status.SUCCEEDED);
                assertThat(result.stages().getFirst().attempts().orElseThrow()).isLessThanOrEqualTo(2);
            }
            List<WorkEvent> outcomes = system.clients().reader(system.topics().workEvents()).readToEnd().stream()
                    .map(BrokenWorkerTest::event)
                    .filter(event -> event.hasDone() || event.hasFailed())
                    .toList();
            assertThat(outcomes).filteredOn(WorkEvent::hasFailed).isNotEmpty().allSatisfy(event -> {
                assertThat(event.getWorkerIncarnation()).isEqualTo(losing.incarnation());
                assertThat(event.getFailed().getErrorCode()).isEqualTo("STORE_UNAVAILABLE");
                assertThat(event.getFailed().getWorkerAtFault()).isTrue();
                assertThat(event.getFailed().getDeviceMillis()).isPositive();
                assertThat(event.getFailed().getAttempt().getAttempt()).isEqualTo(1);
            });
            assertThat(outcomes)
                    .filteredOn(WorkEvent::hasDone)
                    .extracting(WorkEvent::getWorkerIncarnation)
                    .containsOnly(whole.incarnation());
        }
    }

    private static String job(String id, URI output) {
        return """
            { "schema_version": 1, "id": "%s",
              "stages": [ { "kind": "text2img", "model": "draft", "prompt": "a red heart",
                            "seed": 7, "num_inference_steps": 2, "guidance_scale": 3 } ],
              "output": { "uri": "%s" } }
            """.formatted(id, output);
    }

    private static WorkEvent event(ConsumerRecord<String, byte[]> record) {
        try {
            return WorkEvent.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("a record of work-events is no WorkEvent", e);
        }
    }

    /** As one whose mount is gone: every URI is outside of its folder then. */
    private record LosingStore(ObjectStore whole, ObjectStore elsewhere, AtomicBoolean broken) implements ObjectStore {
        @Override
        public void put(URI uri, byte[] bytes, String contentType) throws ObjectStoreException {
            now().put(uri, bytes, contentType);
        }

        @Override
        public byte[] get(URI uri, long maxBytes) throws ObjectStoreException {
            return now().get(uri, maxBytes);
        }

        private ObjectStore now() {
            return broken.get() ? elsewhere : whole;
        }
    }
}
