package io.darkroom.worker.execution;

import io.darkroom.pipelines.StageListener;

/** The steps of several runs as those of one stage. The runs are followed on the device's thread, and ended from any. */
final class SweepProgress {
    private final StageListener whole;
    private final int[] done;
    private final int[] of;
    private volatile boolean ended;

    SweepProgress(StageListener whole, int runs) {
        this.whole = whole;
        this.done = new int[runs];
        this.of = new int[runs];
    }

    /** One run has failed: the others need not go on. */
    void end() {
        ended = true;
    }

    StageListener ofRun(int run) {
        return new StageListener() {
            @Override
            public void onStep(int itsDone, int itsCalls) {
                step(run, itsDone, itsCalls);
            }

            @Override
            public boolean cancelled() {
                return ended || whole.cancelled();
            }
        };
    }

    private synchronized void step(int run, int itsDone, int itsCalls) {
        done[run] = itsDone;
        of[run] = itsCalls;
        int allDone = 0;
        int all = 0;
        for (int i = 0; i < done.length; i++) {
            allDone += done[i];
            all += of[i];
        }
        whole.onStep(allDone, all);
    }
}
