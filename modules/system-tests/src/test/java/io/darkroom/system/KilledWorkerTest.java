package io.darkroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.testkit.BrokerExtension;
import io.darkroom.testkit.TestBroker;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the gauges of a pool show when its only worker is killed. */
@ExtendWith(BrokerExtension.class)
class KilledWorkerTest {
    private static final Logger LOG = LoggerFactory.getLogger(KilledWorkerTest.class);

    /** The promise is five seconds; half of a lease is more than a loaded machine needs. */
    private static final Duration WITHIN = Duration.ofSeconds(15);

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();

    @Test
    void aKilledWorkerIsMissedLongBeforeItsLeaseIsOver(TestBroker broker, @TempDir Path files) throws Exception {
        var system = new SystemBench(broker, files);
        try {
            system.importModels(Map.of("draft", "killed"));
            Process worker = WorkerProcess.start(system, "killed");
            await("workers", 1);
            await("capacity", 1);

            worker.destroyForcibly().waitFor();
            long killed = System.nanoTime();

            await("workers", 0);
            await("capacity", 0);
            LOG.info(
                    "missed after {} ms",
                    Duration.ofNanos(System.nanoTime() - killed).toMillis());
            system.submit(Jobs.draft("waits", system.under("out/"), 2));
            // For what is released it counts a while longer: one that pauses shall not hold work back.
            await("in-flight", 1);
            await("waiting", 0);
        } finally {
            system.close();
        }
    }

    private void await(String gauge, double value) throws Exception {
        long end = System.nanoTime() + WITHIN.toNanos();
        while (value(gauge) != value) {
            assertThat(System.nanoTime()).as(gauge + " is " + value(gauge)).isLessThan(end);
            Thread.sleep(50);
        }
    }

    private double value(String gauge) {
        try {
            return (double) beans.getAttribute(new ObjectName("kafka.streams:type=darkroom-pools,pool=killed"), gauge);
        } catch (JMException e) {
            return Double.NaN;
        }
    }
}
