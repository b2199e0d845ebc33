package io.darkroom.worker.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.darkroom.worker.attempt.StopReason;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class MemoryShareTest {
    private static final StopSignal NEVER = Optional::empty;

    private final MemoryShare share = new MemoryShare(100);

    @Test
    void whatIsLentIsThereAgainOnceItIsGivenBack() throws Exception {
        MemoryShare.Lease first = share.reserve(60, NEVER);
        CompletableFuture<MemoryShare.Lease> second = reserveBeside(60);
        awaitWaiting(1);

        first.close();
        first.close();

        second.get().close();
        share.reserve(100, NEVER).close();
        assertThat(share.waiting()).isZero();
    }

    @Test
    void aLargeOneIsNotPassedOverBySmallerOnes() throws Exception {
        MemoryShare.Lease first = share.reserve(60, NEVER);
        CompletableFuture<MemoryShare.Lease> large = reserveBeside(90);
        awaitWaiting(1);
        CompletableFuture<MemoryShare.Lease> small = reserveBeside(10);
        awaitWaiting(2);

        first.close();

        large.get();
        small.get();
    }

    @Test
    void whatIsLargerThanTheShareHasItAlone() throws Exception {
        MemoryShare.Lease first = share.reserve(1, NEVER);
        CompletableFuture<MemoryShare.Lease> huge = reserveBeside(1000);
        awaitWaiting(1);

        first.close();

        huge.get();
    }

    @Test
    void whoIsStoppedWaitsNoLongerAndNobodyWaitsForHim() throws Exception {
        MemoryShare.Lease first = share.reserve(60, NEVER);

        assertThatThrownBy(() -> share.reserve(90, () -> Optional.of(StopReason.CANCELLED)))
                .isInstanceOf(StoppedException.class);

        share.reserve(40, NEVER).close();
        first.close();
    }

    private CompletableFuture<MemoryShare.Lease> reserveBeside(long bytes) {
        CompletableFuture<MemoryShare.Lease> reserved = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                reserved.complete(share.reserve(bytes, NEVER));
            } catch (Exception e) {
                reserved.completeExceptionally(e);
            }
        });
        return reserved;
    }

    private void awaitWaiting(int count) {
        while (share.waiting() != count) {
            Thread.onSpinWait();
        }
    }
}
