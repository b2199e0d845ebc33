package io.darkroom.cli;

import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.letters.LetterBox;
import io.darkroom.cli.terminal.Terminal;
import java.util.List;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code darkroom dead-letters}. */
@Command(
        name = "dead-letters",
        description = {
            "Shows what the system gave up on, and what can be done about it: records that could not be"
                    + " accepted, and jobs that failed for no fault of their user.",
            ""
        })
final class DeadLettersCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "What to do with dead letters is missing: list, show, replay or discard.");
    }

    @Command(
            name = "list",
            description = {"One line for each dead letter, the oldest first.", ""})
    int list(@Mixin TopicOptions cluster) {
        return with(cluster, LetterBox::list);
    }

    @Command(
            name = "show",
            description = {"Where a dead letter comes from, why it is one, and what it holds.", ""})
    int show(
            @Parameters(paramLabel = "KEY", description = "As `list` has it.") String key,
            @Option(names = "--raw", description = "Write what it holds as it is, and nothing else.") boolean raw,
            @Mixin TopicOptions cluster) {
        return with(cluster, box -> raw ? box.write(key, System.out) : box.show(key));
    }

    @Command(
            name = "replay",
            description = {
                "Lets a job run again (as the next run of the same id, with the same seeds), or puts a record back"
                        + " on the topic that it came from, to be judged again. The letter is then discarded.",
                ""
            })
    int replay(
            @Parameters(paramLabel = "KEY", description = "As `list` has it.") String key,
            @Mixin TopicOptions cluster) {
        return with(cluster, box -> box.replay(key));
    }

    @Command(
            name = "discard",
            description = {"Deletes dead letters.", ""})
    int discard(
            @Parameters(paramLabel = "KEY", arity = "1..*", description = "As `list` has it.") List<String> keys,
            @Mixin TopicOptions cluster) {
        return with(cluster, box -> box.discard(keys));
    }

    private int with(TopicOptions cluster, ToIntFunction<LetterBox> action) {
        try (Cluster connected = cluster.connect().requireTopics()) {
            return action.applyAsInt(new LetterBox(
                    connected,
                    Terminal.of(spec.commandLine().getOut(), spec.commandLine().getErr())));
        }
    }
}
