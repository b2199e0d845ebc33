package io.darkroom.cli;

import java.io.PrintStream;
import java.lang.Thread.UncaughtExceptionHandler;

/**
 * Says what ended a thread, where nothing else has said it: no process may end with a code and without a word, and none may stay
 * up in silence after a part of it has died.
 */
final class LastWords implements UncaughtExceptionHandler {
    /** Given back when memory has run out, so that there is some to say so with. */
    private static final int RESERVE_BYTES = 256 * 1024;

    private final PrintStream err;
    private byte[] reserve = new byte[RESERVE_BYTES];

    private LastWords(PrintStream err) {
        this.err = err;
    }

    static LastWords on(PrintStream err) {
        return new LastWords(err);
    }

    @Override
    public synchronized void uncaughtException(Thread thread, Throwable cause) {
        boolean endsProcess = cause instanceof VirtualMachineError;
        if (endsProcess) {
            reserve = new byte[0];
        }
        try {
            err.println("Darkroom failed on thread " + thread.getName() + ": " + cause + advice(cause));
            StackTraceElement[] trace = cause.getStackTrace();
            for (int frame = 0; frame < Math.min(trace.length, 12); frame++) {
                err.println("    at " + trace[frame]);
            }
            err.flush();
        } finally {
            // What a thread that ran out of memory held, a lock or a half-made change, nobody knows.
            if (endsProcess) {
                Runtime.getRuntime().halt(ExitCode.FAULT);
            }
        }
    }

    private static String advice(Throwable cause) {
        return cause instanceof OutOfMemoryError
                ? ". Give the process more memory, for example with DARKROOM_JAVA_OPTS=-Xmx4g."
                : "";
    }
}
