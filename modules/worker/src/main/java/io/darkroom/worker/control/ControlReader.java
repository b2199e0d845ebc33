package io.darkroom.worker.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.wire.WorkerControl;
import io.darkroom.worker.client.TopicFollower;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every record of worker-control. A worker that starts late still has to honour what was
 * cancelled before, as far back as work can be that it may be given: so it reads back first, and
 * takes work only then.
 */
public final class ControlReader implements TopicFollower.Reader {

    private static final Logger LOG = LoggerFactory.getLogger(ControlReader.class);

    private final CancelledJobs cancelled;

    public ControlReader(CancelledJobs cancelled) {
        this.cancelled = cancelled;
    }

    @Override
    public void read(ConsumerRecord<String, byte[]> record) {
        try {
            WorkerControl control = WorkerControl.parseFrom(record.value());
            if (control.hasCancel()) {
                cancelled.add(control.getCancel().getJob());
            }
        } catch (InvalidProtocolBufferException e) {
            LOG.error(
                    "{}-{}@{} is no WorkerControl and was skipped",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e);
        }
    }
}
