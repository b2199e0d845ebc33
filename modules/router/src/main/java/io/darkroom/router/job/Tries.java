package io.darkroom.router.job;

/**
 * What has been tried with a work item.
 *
 * @param attempt the one that counts now, from 1; events of any other are ignored
 * @param failures attempts that failed
 * @param starts starts since the last outcome, over all attempts and deliveries: many of them mark
 *     work that kills its workers
 */
public record Tries(int attempt, int failures, int starts) {
    public static final Tries FIRST = new Tries(1, 0, 0);

    Tries started() {
        return new Tries(attempt, failures, starts + 1);
    }

    /** After what was no failure of its own. */
    Tries anew() {
        return new Tries(attempt + 1, failures, 0);
    }

    /** After a worker said that the attempt failed. */
    Tries afterFailure() {
        return new Tries(attempt + 1, failures + 1, 0);
    }

    /** After the attempt's time ran out without a word. */
    Tries afterSilence() {
        return new Tries(attempt + 1, failures + 1, starts);
    }
}
