package io.darkroom.router.job;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * What has been tried with a work item.
 *
 * @param attempt the one that counts now, from 1; events of any other are ignored
 * @param failures attempts that failed
 * @param starts starts since the last outcome, over all attempts and deliveries: many of them mark
 *     work that kills its workers
 * @param token that events of the attempt must repeat; empty until the attempt is asked for, and if a router of an older
 *     version asked for it
 * @param released whether dispatch has released the attempt at least once
 * @param avoid incarnations of workers on which attempts failed for the worker's own reasons, the latest last
 * @param lost starts, over all attempts, that their workers never gave an outcome of
 * @param lostDeviceMillis device time of attempts that failed, as far as it is known
 */
public record Tries(
        int attempt,
        int failures,
        int starts,
        ByteString token,
        boolean released,
        List<String> avoid,
        int lost,
        long lostDeviceMillis) {
    private static final int MOST_AVOIDED = 8;

    public static final Tries FIRST = new Tries(1, 0, 0);

    public Tries {
        avoid = List.copyOf(avoid);
    }

    /** Of an attempt that nobody was asked for yet, after others of which nothing is to be remembered but their number. */
    public Tries(int attempt, int failures, int starts) {
        this(attempt, failures, starts, ByteString.EMPTY, false, List.of(), 0, 0);
    }

    /** The attempt is asked for. */
    Tries asked(ByteString newToken) {
        return new Tries(attempt, failures, starts, newToken, false, avoid, lost, lostDeviceMillis);
    }

    Tries wasReleased() {
        return new Tries(attempt, failures, starts, token, true, avoid, lost, lostDeviceMillis);
    }

    /**
     * Whether an event with that token is of whoever was given the attempt. Of one that an older router asked for, or had in its
     * hands while routers were replaced, nobody can tell.
     */
    boolean isOf(ByteString told) {
        return token.isEmpty() || MessageDigest.isEqual(token.toByteArray(), told.toByteArray());
    }

    Tries started() {
        return new Tries(attempt, failures, starts + 1, token, true, avoid, lost, lostDeviceMillis);
    }

    /** Its worker was lost, or gave the work back: another one has it now. */
    Tries startedAgain() {
        return new Tries(attempt, failures, starts + 1, token, true, avoid, lost + 1, lostDeviceMillis);
    }

    /** After what was no failure of its own. */
    Tries anew() {
        return next(failures, 0, avoid, lost, lostDeviceMillis);
    }

    /** After a worker said that the attempt failed, or gave an outcome that was not asked for. */
    Tries afterFailure(long deviceMillis) {
        return next(failures + 1, 0, avoid, lost, lostDeviceMillis + deviceMillis);
    }

    /** After a worker said that the attempt failed for reasons of its own. */
    Tries afterFailureOf(String worker, long deviceMillis) {
        List<String> avoided = new ArrayList<>(avoid);
        avoided.remove(worker);
        avoided.add(worker);
        int first = Math.max(0, avoided.size() - MOST_AVOIDED);
        return next(failures + 1, 0, avoided.subList(first, avoided.size()), lost, lostDeviceMillis + deviceMillis);
    }

    /** After the attempt's time ran out without a word. */
    Tries afterSilence() {
        return next(failures + 1, starts, avoid, lost + 1, lostDeviceMillis);
    }

    /** The same attempt, with what was lost until a later one. */
    Tries withLossesOf(Tries later) {
        return new Tries(attempt, failures, starts, token, released, avoid, later.lost(), later.lostDeviceMillis());
    }

    private Tries next(int newFailures, int newStarts, List<String> newAvoid, int newLost, long newLostDeviceMillis) {
        return new Tries(
                attempt + 1, newFailures, newStarts, ByteString.EMPTY, false, newAvoid, newLost, newLostDeviceMillis);
    }
}
