package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What the documents and the help texts show can be typed. */
class DocumentedCommandsTest {
    private static final Path REPOSITORY = Path.of("..", "..");
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");
    private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z0-9-]+");

    static Stream<String> shown() {
        return Stream.concat(documents().flatMap(DocumentedCommandsTest::commandsOf), examples(96).stream());
    }

    @ParameterizedTest
    @MethodSource("shown")
    void everyCommandThatIsShownIsUnderstood(String command) {
        assertThat(Darkroom.commandLine().parseArgs(words(command)).unmatched()).isEmpty();
    }

    @Test
    void thereAreCommandsInTheReadmeAndInTheHelp() {
        assertThat(commandsOf(REPOSITORY.resolve("README.md"))).hasSizeGreaterThan(20);
        assertThat(examples(96)).hasSizeGreaterThan(25);
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120})
    void examplesCanBeCopiedAtAnyWidth(int width) {
        assertThat(examples(width)).isEqualTo(examples(200));
        specs(Darkroom.commandLine().getCommandSpec())
                .forEach(spec -> assertThat(footer(spec, width))
                        .as(spec.qualifiedName())
                        .allSatisfy(line -> assertThat(
                                        line.length() <= width || !line.strip().contains(" --"))
                                .as(line)
                                .isTrue()));
    }

    @Test
    void everyFlagThatAHelpTextNamesExists() {
        List<CommandSpec> specs = specs(Darkroom.commandLine().getCommandSpec());
        Set<String> known = specs.stream()
                .flatMap(spec -> spec.optionsMap().keySet().stream())
                .collect(Collectors.toSet());
        for (CommandSpec spec : specs) {
            Set<String> named = new TreeSet<>();
            FLAG.matcher(spec.commandLine().getUsageMessage())
                    .results()
                    .map(found -> found.group())
                    .forEach(named::add);
            assertThat(known).as(spec.qualifiedName()).containsAll(named);
        }
    }

    private static Stream<Path> documents() {
        try (Stream<Path> docs = Files.list(REPOSITORY.resolve("docs"));
                Stream<Path> modules = Files.list(REPOSITORY.resolve("modules"))) {
            return Stream.of(
                    Stream.of("README.md", "CONTRIBUTING.md", "deploy/README.md", "modules/README.md")
                            .map(REPOSITORY::resolve),
                    docs.filter(file -> file.toString().endsWith(".md")),
                    modules.map(module -> module.resolve("README.md")).filter(Files::isRegularFile))
                    .flatMap(files -> files)
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that stand on lines of their own. */
    private static Stream<String> commandsOf(Path file) {
        try {
            return Files.readString(file)
                    .replaceAll("\\s*\\\\\n\\s*", " ")
                    .lines()
                    .map(String::strip)
                    .map(line -> line.replaceFirst("^(?:[A-Z_0-9]+=\\S+ )+", ""))
                    .filter(line -> line.startsWith("./darkroom "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of every command's help, as it is printed at that width. */
    private static List<String> examples(int width) {
        List<String> commands = new ArrayList<>();
        specs(Darkroom.commandLine().getCommandSpec())
                .forEach(spec -> String.join("\n", footer(spec, width))
                        .replaceAll("\\s*\\\\\n\\s*", " ")
                        .lines()
                        .map(String::strip)
                        .filter(line -> line.matches("(?:.*\\| )?darkroom .*"))
                        .forEach(commands::add));
        return commands;
    }

    private static List<String> footer(CommandSpec spec, int width) {
        spec.usageMessage().width(width);
        String help = spec.commandLine().getUsageMessage();
        int heading = Stream.of("\nExamples:", "\nExample:", "\nTo begin:")
                .mapToInt(help::lastIndexOf)
                .max()
                .orElse(-1);
        return heading < 0 ? List.of() : help.substring(heading).lines().toList();
    }

    private static List<CommandSpec> specs(CommandSpec spec) {
        List<CommandSpec> specs = new ArrayList<>(List.of(spec));
        new TreeSet<>(spec.subcommands().keySet())
                .stream()
                        .map(spec.subcommands()::get)
                        .map(CommandLine::getCommandSpec)
                        .filter(child ->
                                !child.userObject().getClass().getName().startsWith("picocli."))
                        .forEach(child -> specs.addAll(specs(child)));
        return specs;
    }

    /** As a shell would split them: comments, and the dots that stand for more, are left out. */
    private static String[] words(String command) {
        String own = command.substring(command.lastIndexOf("| ") < 0 ? 0 : command.lastIndexOf("| ") + 2);
        Matcher words = WORD.matcher(own);
        List<String> found = new ArrayList<>();
        while (words.find() && !words.group().startsWith("#")) {
            found.add(words.group().replaceAll("[\"']", ""));
        }
        found.removeIf("..."::equals);
        // what the dots of "worker ..." stand for
        if (command.endsWith("...") && found.contains("worker")) {
            found.addAll(Arrays.asList("--handover-uri", "file:///tmp/"));
            if (!found.contains("--pool")) {
                found.addAll(Arrays.asList("--pool", "default"));
            }
        }
        return found.subList(1, found.size()).toArray(String[]::new);
    }
}
