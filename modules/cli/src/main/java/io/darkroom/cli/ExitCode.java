package io.darkroom.cli;

/** What a command's exit code says, so that scripts can tell whose turn it is to act. */
public final class ExitCode {
    public static final int OK = 0;

    /** A fault of Darkroom itself. */
    public static final int FAULT = 1;

    /** The command line is wrong; nothing was done. */
    public static final int USAGE = 2;

    /** The job was rejected, failed, was cancelled or expired. */
    public static final int JOB_FAILED = 3;

    /** A broker, a store, a folder or a port is not as it has to be. */
    public static final int INFRASTRUCTURE = 4;

    /** As they stand under every command's help: code, meaning. */
    static final String[] HELP = {
        " 0:Done.",
        " 1:A fault in Darkroom itself.",
        " 2:The command line is wrong.",
        " 3:The job was rejected, failed, was cancelled or expired.",
        " 4:A broker, store, folder, port or right is missing, misconfigured or in use."
    };

    private ExitCode() {}
}
