package io.darkroom.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordInHandTest {
    private static final long OFFSET = 7;

    @TempDir
    Path folder;

    private Path note() {
        return folder.resolve("router.requests-0");
    }

    @Test
    void aRecordThatEndedAThreadIsNotJudgedAgainAndTheNextOneIs() {
        try (RecordInHand first = RecordInHand.in(note(), 1)) {
            assertThat(first.take(OFFSET)).isTrue();
        } // the thread is dead, and its process lives
        try (RecordInHand second = RecordInHand.in(note(), 1)) {
            assertThat(second.take(OFFSET)).isFalse();
            second.put();
            assertThat(second.take(OFFSET + 1)).isTrue();
        }
    }

    @Test
    void aRecordThatWasInHandWhenItsProcessWasKilledIsJudgedOnceMoreAndNoMore() {
        for (int process = 1; process <= RecordInHand.MOST_PROCESSES; process++) {
            try (RecordInHand hand = RecordInHand.in(note(), process)) {
                assertThat(hand.take(OFFSET)).isTrue();
            }
        }
        try (RecordInHand last = RecordInHand.in(note(), 9)) {
            assertThat(last.take(OFFSET)).isFalse();
        }
    }

    @Test
    void aRecordThatWasPutDownIsJudgedWhenItComesAgain() {
        for (int process = 1; process < 5; process++) {
            try (RecordInHand hand = RecordInHand.in(note(), process)) {
                assertThat(hand.take(OFFSET)).isTrue();
                hand.put();
                assertThat(hand.take(OFFSET)).isTrue();
                hand.put();
            }
        }
    }

    @Test
    void anotherRecordIsNoReasonToDoubtThisOne() {
        try (RecordInHand hand = RecordInHand.in(note(), 1)) {
            assertThat(hand.take(OFFSET)).isTrue();
        }
        try (RecordInHand hand = RecordInHand.in(note(), 1)) {
            assertThat(hand.take(OFFSET - 1)).isTrue();
        }
    }
}
