package io.darkroom.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one or two lines what was wrong and what to do; a stack trace only when asked for. */
final class FailureMessages implements IExecutionExceptionHandler, IParameterExceptionHandler {

    @Override
    public int handleParseException(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(wrong.getMessage()));
        suggest(wrong, err);
        err.println("Run '" + command.getCommandSpec().qualifiedName() + " --help' for what it takes.");
        err.flush();
        return ExitCode.USAGE;
    }

    /** Of commands only the most alike: the library names every one that shares two letters. */
    private static void suggest(ParameterException wrong, PrintWriter err) {
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !unmatched.getSuggestions().isEmpty()) {
            String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
            err.println("Did you mean: " + command + " "
                    + unmatched.getSuggestions().getFirst() + "?");
        } else {
            UnmatchedArgumentException.printSuggestions(wrong, err);
        }
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parseResult) {
        PrintWriter err = command.getErr();
        boolean verbose = verbose(command);
        err.println(command.getColorScheme().errorText(message(failure, verbose)));
        if (verbose) {
            failure.printStackTrace(err);
        }
        err.flush();
        return failure instanceof CommandFailure known ? known.exitCode() : exitCodeOf(failure);
    }

    private static boolean verbose(CommandLine command) {
        return command.getCommandSpec().root().userObject() instanceof Darkroom darkroom && darkroom.verbose();
    }

    private static String message(Exception failure, boolean verbose) {
        if (failure instanceof CommandFailure || isInfrastructure(failure)) {
            return String.valueOf(failure.getMessage());
        }
        String hint = verbose ? "" : " Run it again with --verbose for the details.";
        return "Darkroom failed: " + describe(failure) + "." + hint;
    }

    private static String describe(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private static int exitCodeOf(Exception failure) {
        return isInfrastructure(failure) ? ExitCode.INFRASTRUCTURE : ExitCode.FAULT;
    }

    /**
     * By name, because to load the class of a fault that did not happen costs every start of the
     * command line.
     */
    private static boolean isInfrastructure(Exception failure) {
        return switch (failure.getClass().getName()) {
            case "io.darkroom.broker.BrokerStartException" -> true;
            default -> false;
        };
    }
}
