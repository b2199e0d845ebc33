package io.darkroom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;

/**
 * The examples under a command's help, so that they can be copied whatever the width: the library breaks long lines between any
 * two words, which a shell takes for the end of the command. Here a command that is too long goes on behind a backslash, and no
 * option is parted from its value. Lines that begin with two spaces are commands; others are prose.
 */
final class HelpExamples implements IHelpSectionRenderer {
    private static final String INDENT = "  ";
    private static final String CONTINUED = "      ";
    private static final String GOES_ON = " \\";

    /** A word of a shell, with quotes around any part of it. */
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");

    @Override
    public String render(Help help) {
        int width = help.commandSpec().usageMessage().width();
        StringBuilder text = new StringBuilder();
        commands(help.commandSpec().usageMessage().footer())
                .forEach(line ->
                        lines(line, width).forEach(part -> text.append(part).append(System.lineSeparator())));
        return text.toString();
    }

    /** Each command on one line. */
    private static List<String> commands(String[] footer) {
        return List.of(
                String.join("\n", footer).replaceAll("\\s*\\\\\n\\s*", " ").split("\n", -1));
    }

    private static List<String> lines(String line, int width) {
        boolean command = line.startsWith(INDENT);
        List<String> lines = new ArrayList<>();
        String open = command ? INDENT : "";
        boolean empty = true;
        for (String part : command ? parts(line) : List.of(line.split(" "))) {
            int room = width - (command ? GOES_ON.length() : 0);
            if (!empty && open.length() + 1 + part.length() > room) {
                lines.add(command ? open + GOES_ON : open);
                open = command ? CONTINUED : "";
                empty = true;
            }
            open = empty ? open + part : open + " " + part;
            empty = false;
        }
        lines.add(open);
        return lines;
    }

    /** What stays on one line: words, and options with their values. */
    private static List<String> parts(String command) {
        List<String> parts = new ArrayList<>();
        Matcher words = WORD.matcher(command);
        boolean option = false;
        while (words.find()) {
            String word = words.group();
            if (option && !word.startsWith("-")) {
                parts.add(parts.removeLast() + " " + word);
            } else {
                parts.add(word);
            }
            option = word.startsWith("--");
        }
        return parts;
    }
}
