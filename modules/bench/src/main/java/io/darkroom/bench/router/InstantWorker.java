package io.darkroom.bench.router;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.ElementType;
import io.darkroom.contract.wire.Handover;
import io.darkroom.contract.wire.InlineLatents;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.PublishedImage;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkEvent;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.wire.WorkStarted;
import io.darkroom.contract.wire.WorkerHeartbeat;
import io.darkroom.contract.work.WorkProtocol;
import io.darkroom.router.dispatch.DispatchMachine;
import io.darkroom.router.job.JobNames;

/** What a worker reports that takes no time to compute. */
final class InstantWorker {
    private static final String SHA256 = "c".repeat(64);

    private InstantWorker() {}

    static WorkEvent heartbeat(String pool, int slots) {
        return WorkEvent.newBuilder()
                .setProtocolVersion(WorkProtocol.EVENT)
                .setWorkerIncarnation("instant-" + pool)
                .setHeartbeat(WorkerHeartbeat.newBuilder()
                        .setPool(pool)
                        .setSlots(slots)
                        .addAllProtocolVersions(WorkProtocol.readableItems()))
                .build();
    }

    static WorkItem item(byte[] record) {
        try {
            return WorkItem.parseFrom(record);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the router released what is no work item", e);
        }
    }

    static void start(RouterSystem system, WorkItem item) {
        send(
                system,
                item,
                WorkEvent.newBuilder()
                        .setStarted(WorkStarted.newBuilder()
                                .setAttempt(DispatchMachine.attemptOf(item))
                                .setPool(item.getPool())
                                .setToken(item.getToken())));
    }

    static void finish(RouterSystem system, WorkItem item) {
        WorkDone.Builder done = WorkDone.newBuilder()
                .setAttempt(DispatchMachine.attemptOf(item))
                .setPool(item.getPool())
                .setToken(item.getToken());
        for (WorkStage stage : item.getStagesList()) {
            if (stage.getPublish()) {
                done.addImages(PublishedImage.newBuilder()
                        .setStage(stage.getId())
                        .setArtifact(ArtifactPointer.newBuilder()
                                .setUri(folder(item) + SHA256 + ".png")
                                .setSha256(SHA256)
                                .setBytes(100))
                        .setWidth(64)
                        .setHeight(64));
            }
            if (stage.getHandover() == Handover.HANDOVER_LATENTS) {
                done.addHandover(WorkInput.newBuilder()
                        .setStage(stage.getId())
                        .setInlineLatents(InlineLatents.newBuilder()
                                .addShape(1)
                                .setElementType(ElementType.ELEMENT_TYPE_F32)
                                .setData(ByteString.copyFrom(new byte[Float.BYTES]))
                                .setVaeDigest("a".repeat(64))));
            }
        }
        send(system, item, WorkEvent.newBuilder().setDone(done));
    }

    /** Where a worker writes what the attempt makes. */
    private static String folder(WorkItem item) {
        JobKey job = item.getJob();
        return item.getOutputUri() + job.getTenant() + "/" + job.getId() + "/" + job.getRun() + "/" + item.getIndex()
                + "/" + item.getAttempt() + "/";
    }

    private static void send(RouterSystem system, WorkItem item, WorkEvent.Builder event) {
        system.send(
                system.topics().workEvents(),
                JobNames.of(item.getJob().getTenant(), item.getJob().getId()),
                event.setProtocolVersion(WorkProtocol.EVENT)
                        .setWorkerIncarnation("instant-" + item.getPool())
                        .build());
    }
}
