package io.darkroom.cli;

import io.darkroom.cli.local.ProcessFolder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line: {@code darkroom COMMAND}, one class per command. The commands hold options only
 * and load what they use when they run, so that help and completion come at once.
 */
@Command(
        name = "darkroom",
        description = "Generates images in bulk: jobs on Kafka in, pictures out.",
        versionProvider = Darkroom.Version.class,
        subcommands = {
            DemoCommand.class,
            GenerateCommand.class,
            UpCommand.class,
            BrokerCommand.class,
            RouterCommand.class,
            WorkerCommand.class,
            SubmitCommand.class,
            WatchCommand.class,
            CancelCommand.class,
            CancelTenantCommand.class,
            ReprioritiseCommand.class,
            DeadLettersCommand.class,
            TopicsCommand.class,
            ModelsCommand.class,
            ArtifactsCommand.class,
            BenchCommand.class,
            SimulateCommand.class,
            GenerateCompletion.class,
            HelpCommand.class
        },
        footerHeading = "%nTo begin:%n",
        footer = {
            "The whole system in one process, and what comes out:",
            "  darkroom demo",
            "The same, to stay; then, in another shell, a job:",
            "  darkroom up",
            "  darkroom submit job.json --wait"
        })
public final class Darkroom {
    private static final int HELP_WIDTH = 96;

    /** The library's. */
    private static final int LEAST_HELP_WIDTH = 55;

    private static final int MOST_HELP_WIDTH = 120;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Log to standard error, and show stack traces.")
    private boolean verbose;

    Darkroom() {}

    public static void main(String[] arguments) {
        run(commandLine(), arguments);
    }

    /** Runs a command and ends the process with its code. */
    static void run(CommandLine commands, String... arguments) {
        LastWords lastWords = LastWords.on(System.err);
        Thread.setDefaultUncaughtExceptionHandler(lastWords);
        try (ProcessFolder _ = ProcessFolder.claim()) {
            System.exit(execute(commands, arguments));
        } catch (RuntimeException | Error e) {
            lastWords.uncaughtException(Thread.currentThread(), e);
            Runtime.getRuntime().halt(ExitCode.FAULT);
        }
    }

    private static int execute(CommandLine commands, String... arguments) {
        Optional<String> fault = Utf8.fault(arguments, System.getenv(), System.getProperty("user.dir"));
        if (fault.isPresent()) {
            System.err.println(fault.get());
            return ExitCode.USAGE;
        }
        return commands.execute(arguments);
    }

    /** The whole command line, ready to execute; tests give it other writers. */
    static CommandLine commandLine() {
        var commandLine = new CommandLine(new Darkroom());
        var messages = new FailureMessages();
        commandLine.setExecutionExceptionHandler(messages);
        commandLine.setParameterExceptionHandler(messages);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionStrategy(Darkroom::run);
        commandLine.setUsageHelpWidth(helpWidth());
        renderExamples(commandLine);
        describe(commandLine.getCommandSpec());
        return commandLine;
    }

    /** As wide as the shell says that the terminal is, where it exports that. */
    private static int helpWidth() {
        String columns = System.getenv("COLUMNS");
        return columns != null && columns.matches("[0-9]{1,4}")
                ? Math.clamp(Integer.parseInt(columns), LEAST_HELP_WIDTH, MOST_HELP_WIDTH)
                : HELP_WIDTH;
    }

    private static void renderExamples(CommandLine command) {
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER, new HelpExamples());
        command.getSubcommands().values().forEach(Darkroom::renderExamples);
    }

    /** What is unknown or unreadable is said also to those who ask for help or the version, for which the library forgives everything. */
    private static int run(ParseResult parsed) {
        for (Optional<ParseResult> each = Optional.of(parsed);
                each.isPresent();
                each = each.filter(ParseResult::hasSubcommand).map(ParseResult::subcommand)) {
            ParseResult command = each.get();
            Optional<String> fault = Utf8.faultInFile(command.expandedArgs());
            if (fault.isPresent()) {
                throw new ParameterException(command.commandSpec().commandLine(), fault.get());
            }
            if (!command.unmatched().isEmpty()) {
                throw new UnmatchedArgumentException(command.commandSpec().commandLine(), command.unmatched());
            }
        }
        return new RunLast().execute(parsed);
    }

    boolean verbose() {
        return verbose;
    }

    /** What the help of every command has in common. */
    private static void describe(CommandSpec spec) {
        UsageMessageSpec usage = spec.usageMessage();
        if (spec.parent() == null) {
            spec.mixinStandardHelpOptions(true);
        } else {
            spec.addOption(help());
        }
        usage.abbreviateSynopsis(spec.optionsMap().size() > 12);
        usage.sortOptions(false);
        usage.exitCodeListHeading("%nExit codes:%n");
        usage.exitCodeList(exitCodes());
        spec.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(child -> !child.userObject().getClass().getName().startsWith("picocli."))
                .forEach(Darkroom::describe);
    }

    private static OptionSpec help() {
        return OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help message and exit.")
                .build();
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        for (String line : ExitCode.HELP) {
            int colon = line.indexOf(':');
            codes.put(line.substring(0, colon), line.substring(colon + 1));
        }
        return codes;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Darkroom.class.getPackage().getImplementationVersion();
            return new String[] {"darkroom " + (version == null ? "(not packaged)" : version)};
        }
    }
}
