package io.darkroom.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Work whose earlier attempt failed for a worker's own reasons. */
@ExtendWith(BrokerExtension.class)
class AvoidedWorkerTest {
    private static final ByteString TOKEN = ByteString.copyFromUtf8("sixteen bytes of");

    @TempDir
    Path files;

    private PoolBench bench;

    @BeforeEach
    void open(TestBroker broker) {
        bench = new PoolBench(broker, files);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void itIsLeftToAnotherWorkerAndEveryEventRepeatsTheToken() throws Exception {
        Worker avoided = bench.start(bench.config().withSlots(1));
        Worker other = bench.start(bench.config().withSlots(2));
        List<WorkItem> items = IntStream.range(0, 4)
                .mapToObj(number -> item("job-" + number, avoided))
                .toList();
        items.forEach(bench::give);

        items.forEach(bench::awaitDone);
        for (WorkItem item : items) {
            List<WorkEvent> events = bench.eventsOf(item);
            assertThat(events).extracting(WorkEvent::getWorkerIncarnation).containsOnly(other.incarnation());
            assertThat(events.getFirst().getStarted().getToken()).isEqualTo(TOKEN);
            assertThat(events.getLast().getDone().getToken()).isEqualTo(TOKEN);
        }
    }

    @Test
    void theOnlyWorkerRunsItInTheEnd() throws Exception {
        Worker only = bench.start(bench.config().withSlots(4));
        WorkItem item = item("job", only);
        bench.give(item);

        bench.awaitDone(item);
        assertThat(bench.eventsOf(item))
                .extracting(WorkEvent::getWorkerIncarnation)
                .containsOnly(only.incarnation());
    }

    private WorkItem item(String job, Worker avoided) {
        return Items.item(job, files, Items.text2img("s", 1).build())
                .setToken(TOKEN)
                .addAvoid(avoided.incarnation())
                .build();
    }
}
