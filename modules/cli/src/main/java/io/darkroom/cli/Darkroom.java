package io.darkroom.cli;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line: `darkroom COMMAND`, one class per command. */
@Command(
        name = "darkroom",
        description = "Generates images in bulk: jobs on Kafka in, pictures out.",
        mixinStandardHelpOptions = true,
        versionProvider = Darkroom.Version.class,
        subcommands = {GenerateCompletion.class})
public final class Darkroom {

    private Darkroom() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Darkroom()).execute(args));
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Darkroom.class.getPackage().getImplementationVersion();
            return new String[] {"darkroom " + (version == null ? "(not packaged)" : version)};
        }
    }
}
