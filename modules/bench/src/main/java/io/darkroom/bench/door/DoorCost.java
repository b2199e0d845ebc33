package io.darkroom.bench.door;

import com.sun.management.ThreadMXBean;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.request.RequestParser;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.Priority;
import io.darkroom.planner.Catalogue;
import io.darkroom.router.ingress.Arrival;
import io.darkroom.router.ingress.ControlDoor;
import io.darkroom.router.ingress.Door;
import io.darkroom.router.ingress.Passage;
import io.darkroom.router.ingress.RequestDoor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What it takes the router to judge a record: as a request, and as a control record. */
public final class DoorCost {
    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<Door> doors = List.of(
            new RequestDoor(
                    new RequestParser(UriPolicy.sameForAll(List.of("s3://renders/"))),
                    Catalogue.of(Map.of("tiny-emoji", model())),
                    Priority.PRIORITY_STANDARD),
            new ControlDoor());

    /** Of one record, the dearer door's. */
    public record Cost(double cpuMillis, double mebibytes, List<Passage> passages) {}

    /** Of one kind of record the dearest. */
    public record Row(HostileRecords.Kind kind, int records, double cpuMillis, double mebibytes) {}

    /** Judges the record once at each door. */
    public Cost of(byte[] record) {
        Cost dearest = new Cost(0, 0, List.of());
        List<Passage> all = new ArrayList<>();
        for (Door door : doors) {
            long bytes = thread.getCurrentThreadAllocatedBytes();
            long nanos = thread.getCurrentThreadCpuTime();
            List<Passage> passages = door.pass(
                    new Arrival(Optional.of(record), new DeadLetter.Origin("requests", 0, 0, 0), Optional.empty()));
            double millis = (thread.getCurrentThreadCpuTime() - nanos) / 1e6;
            double mebibytes = (thread.getCurrentThreadAllocatedBytes() - bytes) / (double) (1 << 20);
            all.addAll(passages);
            dearest = new Cost(Math.max(dearest.cpuMillis(), millis), Math.max(dearest.mebibytes(), mebibytes), all);
        }
        return dearest;
    }

    /**
     * The worst of each kind, after as many records to warm up with.
     *
     * @param records of each kind
     */
    public List<Row> measure(int records, long seed) {
        List<Row> rows = new ArrayList<>();
        for (boolean warm : new boolean[] {false, true}) {
            rows.clear();
            for (HostileRecords.Kind kind : HostileRecords.Kind.values()) {
                HostileRecords generator = new HostileRecords(seed + kind.ordinal() + (warm ? 1000 : 0));
                double millis = 0;
                double mebibytes = 0;
                for (int number = 0; number < records; number++) {
                    Cost cost = of(generator.next(kind, "hostile-" + number));
                    millis = Math.max(millis, cost.cpuMillis());
                    mebibytes = Math.max(mebibytes, cost.mebibytes());
                }
                rows.add(new Row(kind, records, millis, mebibytes));
            }
        }
        return rows;
    }

    private static ModelEntry model() {
        return ModelEntry.of(Family.STABLE_DIFFUSION, "tiny-emoji", "a".repeat(64), "default")
                .kinds(List.of(StageKind.TEXT2IMG, StageKind.IMG2IMG))
                .vae(Optional.of("b".repeat(64)))
                .latents(4, 8)
                .size(64, 64, 8)
                .scheduler(ModelEntry.Scheduler.of(
                        Map.of(
                                "_class_name",
                                "DDIMScheduler",
                                "num_train_timesteps",
                                1000,
                                "beta_start",
                                0.00085,
                                "beta_end",
                                0.012,
                                "beta_schedule",
                                "scaled_linear"),
                        false,
                        4))
                .build();
    }
}
