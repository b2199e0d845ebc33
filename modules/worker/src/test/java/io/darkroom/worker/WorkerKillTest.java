package io.darkroom.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import io.darkroom.worker.WorkerProcess.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BrokerExtension.class)
class WorkerKillTest {

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
    void anItemWhoseWorkerIsKilledInTheMiddleIsDoneByAnother() throws Exception {
        Process doomed = WorkerProcess.start(bench, Fault.NONE);
        WorkItem item =
                Items.item("job", files, Items.text2img("s", 100).build()).build();
        bench.give(item);
        bench.awaitStarted(item);

        doomed.destroyForcibly().waitFor();
        Worker survivor = bench.start(bench.config().withSlots(1));

        assertThat(bench.awaitDone(item).getImagesCount()).isEqualTo(1);
        assertThat(bench.eventsOf(item))
                .extracting(WorkEvent::getKindCase)
                .containsExactly(WorkEvent.KindCase.STARTED, WorkEvent.KindCase.STARTED, WorkEvent.KindCase.DONE);
        assertThat(bench.eventsOf(item).getLast().getWorkerIncarnation()).isEqualTo(survivor.incarnation());
    }

    @Test
    void aWorkerThatDiesBetweenArtifactAndEventHasToldNothing() throws Exception {
        Process doomed = WorkerProcess.start(bench, Fault.AFTER_ARTIFACT);
        WorkItem item = Items.item("job", files, Items.text2img("s", 2).build()).build();
        bench.give(item);

        assertThat(doomed.waitFor()).isEqualTo(WorkerProcess.KILLED);
        assertThat(bench.eventsOf(item)).extracting(WorkEvent::hasDone).containsExactly(false);
        bench.start(bench.config().withSlots(1));

        assertThat(bench.awaitDone(item).getImagesCount()).isEqualTo(1);
    }
}
