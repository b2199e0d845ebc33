package io.darkroom.simulation;

import io.darkroom.contract.wire.WorkItem;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pool's share group, as KIP-932 has it: a record is lent to one member until it is acknowledged, its lock expires, or
 * the member is gone; after ten deliveries it vanishes without a word.
 */
final class ShareGroup {
    private static final Duration LOCK = Duration.ofMinutes(10);
    private static final int DELIVERIES = 10;

    private final Log<WorkItem> work;
    private final Timeline timeline;
    private final Map<Long, Loan> loans = new HashMap<>();
    private final Map<Long, Integer> deliveries = new HashMap<>();
    private final Set<Long> over = new HashSet<>();
    private long first;

    /**
     * A record in a member's hands.
     *
     * @param delivery how often it was lent, from 1
     */
    record Loan(long offset, WorkItem item, String member, Instant until, int delivery) {}

    ShareGroup(Log<WorkItem> work, Timeline timeline) {
        this.work = work;
        this.timeline = timeline;
    }

    Log<WorkItem> work() {
        return work;
    }

    Optional<Loan> acquire(String member) {
        Optional<Log.Entry<WorkItem>> next = work.read(first);
        while (next.isPresent()) {
            long offset = next.get().offset();
            if (over.contains(offset)) {
                if (offset == first) {
                    first++;
                }
            } else if (!loans.containsKey(offset)) {
                if (deliveries.merge(offset, 1, Integer::sum) <= DELIVERIES) {
                    return Optional.of(lend(next.get(), member));
                }
                over.add(offset);
            }
            next = work.read(offset + 1);
        }
        return Optional.empty();
    }

    private Loan lend(Log.Entry<WorkItem> entry, String member) {
        Loan loan = new Loan(
                entry.offset(), entry.value(), member, timeline.now().plus(LOCK), deliveries.get(entry.offset()));
        loans.put(entry.offset(), loan);
        timeline.after(LOCK, () -> giveBack(loan));
        return loan;
    }

    /** Finished with; without effect, and without an error, when the loan is over already. */
    void accept(Loan loan) {
        if (loans.remove(loan.offset(), loan)) {
            over.add(loan.offset());
        }
    }

    /** For another member. */
    void giveBack(Loan loan) {
        if (loans.remove(loan.offset(), loan)) {
            work.wake();
        }
    }

    /** The member's connection is gone. */
    void lose(String member) {
        loans.values().stream()
                .filter(loan -> loan.member().equals(member))
                .toList()
                .forEach(this::giveBack);
    }

    /** Records that somebody has, or that wait for somebody. */
    int unfinished() {
        return (int) work.readable().stream()
                .filter(entry -> !over.contains(entry.offset()))
                .count();
    }
}
