package io.darkroom.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DecodeDeadlineTest {
    private static final Duration ALLOWED = Duration.ofMillis(40);

    @Test
    void timeInWhichTheMachineDoesOtherThingsIsNotTheFiles() throws InterruptedException {
        DecodeDeadline deadline = DecodeDeadline.in(ALLOWED);

        new CountDownLatch(1).await(3 * ALLOWED.toMillis(), TimeUnit.MILLISECONDS);

        assertThat(deadline.passed()).isFalse();
    }

    @Test
    void timeInWhichTheDecoderComputesIs() {
        DecodeDeadline deadline = DecodeDeadline.in(ALLOWED);

        long counted = 0;
        while (!deadline.passed()) {
            counted++;
        }

        assertThat(counted).isPositive();
    }
}
