package io.darkroom.cli;

/**
 * A command could not do what was asked. The message is all that the user is told (unless {@code
 * --verbose}): what was wrong, and what to do.
 */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What the command line names is not there or not of the right kind. */
    public static CommandFailure usage(String message, Throwable cause) {
        return new CommandFailure(ExitCode.USAGE, message, cause);
    }

    /** The job has no pictures, and its result says why. */
    public static CommandFailure job(String message) {
        return new CommandFailure(ExitCode.JOB_FAILED, message, null);
    }

    /** Darkroom itself is at fault. */
    public static CommandFailure fault(String message) {
        return new CommandFailure(ExitCode.FAULT, message, null);
    }

    /** Something outside is not as it must be. */
    public static CommandFailure infrastructure(String message) {
        return new CommandFailure(ExitCode.INFRASTRUCTURE, message, null);
    }

    /** Something outside is not as it must be. */
    public static CommandFailure infrastructure(String message, Throwable cause) {
        return new CommandFailure(ExitCode.INFRASTRUCTURE, message, cause);
    }

    public int exitCode() {
        return exitCode;
    }
}
