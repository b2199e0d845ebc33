package io.darkroom.bench.door;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.bench.door.HostileRecords.Kind;
import io.darkroom.contract.topic.Topics;
import io.darkroom.router.ingress.Passage;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever a record of the largest size holds, to judge it takes a bounded part of the router's memory. */
class DoorCostTest {
    private static final double MOST_MEBIBYTES = 64;

    private final DoorCost cost = new DoorCost();

    @Property(tries = 300)
    void noRecordTakesMoreThanItsShareOfMemory(@ForAll Kind kind, @ForAll long seed) {
        byte[] record = new HostileRecords(seed).next(kind, "hostile");

        DoorCost.Cost judged = cost.of(record);

        assertThat(judged.mebibytes()).as(kind.name()).isLessThan(MOST_MEBIBYTES);
        assertThat(judged.passages())
                .isNotEmpty()
                .allSatisfy(passage -> assertThat(bytes(passage)).isLessThan(Topics.MAX_RECORD_BYTES));
    }

    /** Else what an accepted request takes is not measured at all. */
    @Property(tries = 20)
    void theLargestValidRecordsAreAccepted(@ForAll long seed) {
        byte[] record = new HostileRecords(seed).next(Kind.LARGEST_VALID, "valid");

        assertThat(cost.of(record).passages().getFirst()).isInstanceOf(Passage.ToJob.class);
    }

    private static int bytes(Passage passage) {
        return switch (passage) {
            case Passage.ToJob(var event) -> event.getSerializedSize();
            case Passage.ToTenant(var _, var event) -> event.getSerializedSize();
            case Passage.ToPool(var _, var event) -> event.getSerializedSize();
            case Passage.ToDeadLetters(var letter) -> letter.value().length;
        };
    }
}
