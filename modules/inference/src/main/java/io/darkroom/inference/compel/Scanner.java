package io.darkroom.inference.compel;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the words and signs of a text. Each method says where it ends what it finds from a position on, spaces left aside. */
record Scanner(String text) {
    private static final String SYNTAX = "().\",+-=";
    private static final String SPACES = " \t\r\n";
    private static final String PYTHON_SPACES = SPACES + "\u000b\f";

    /** Escapes that are read inside quotes; pyparsing means to read numbers of characters too, but its pattern does not. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\([tnfr0])");

    private static final Pattern REAL = Pattern.compile("[+-]?(?:[0-9]+\\.[0-9]*|\\.[0-9]+)");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]+");
    private static final Pattern KEYWORD = Pattern.compile("[A-Za-z0-9_-]+");

    int afterSpaces(int at) {
        int position = at;
        while (position < text.length() && SPACES.indexOf(text.charAt(position)) >= 0) {
            position++;
        }
        return position;
    }

    boolean isSpace(int at) {
        return at < text.length() && SPACES.indexOf(text.charAt(at)) >= 0;
    }

    boolean endsAfterSpaces(int at) {
        return afterSpaces(at) == text.length();
    }

    /** Empty if {@code sign} does not follow. */
    Optional<Integer> sign(String sign, int at) {
        int start = afterSpaces(at);
        return text.startsWith(sign, start) ? Optional.of(start + sign.length()) : Optional.empty();
    }

    /** Pluses only, or minuses only. */
    Optional<Match<String>> run(char sign, int at) {
        int start = afterSpaces(at);
        int end = start;
        while (end < text.length() && text.charAt(end) == sign) {
            end++;
        }
        return end == start ? Optional.empty() : Optional.of(new Match<>(text.substring(start, end), end));
    }

    Optional<Match<Double>> number(int at) {
        return found(REAL, at)
                .or(() -> found(WHOLE, at))
                .map(match -> new Match<>(Double.parseDouble(match.value()), match.end()));
    }

    Optional<Match<String>> keyword(int at) {
        return found(KEYWORD, at);
    }

    /** The content of a quoted text, its escapes read. */
    Optional<Match<String>> quoted(int at) {
        int start = afterSpaces(at);
        int closing = start < text.length() && text.charAt(start) == '"' ? closingQuote(start + 1) : -1;
        if (closing < 0) {
            return Optional.empty();
        }
        String content = ESCAPE.matcher(text.substring(start + 1, closing))
                .replaceAll(escape -> Matcher.quoteReplacement(read(escape)));
        return Optional.of(new Match<>(content.replace("\\\"", "\""), closing + 1));
    }

    /** The first quote on this line that is not escaped; else the last one, whose backslash then stands for itself. */
    private int closingQuote(int from) {
        int escaped = -1;
        for (int at = from; at < text.length() && "\n\r".indexOf(text.charAt(at)) < 0; at++) {
            if (text.charAt(at) == '"') {
                return at;
            }
            if (text.startsWith("\\\"", at)) {
                escaped = at + 1;
                at++;
            }
        }
        return escaped;
    }

    private static String read(MatchResult escape) {
        return switch (escape.group(1)) {
            case "t" -> "\t";
            case "n" -> "\n";
            case "f" -> "\f";
            case "r" -> "\r";
            default -> "\0";
        };
    }

    /** Everything up to a space. */
    Optional<Match<String>> freeWord(int at) {
        int end = at;
        while (end < text.length() && PYTHON_SPACES.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end == at ? Optional.empty() : Optional.of(new Match<>(text.substring(at, end), end));
    }

    /** A word without syntax in it, unless it is escaped, or a plus or minus that a letter follows. */
    Optional<Match<String>> plainWord(int at) {
        int start = afterSpaces(at);
        int end = start;
        for (int next = afterCharacter(end); next > end; next = afterCharacter(end)) {
            end = next;
        }
        return end == start ? Optional.empty() : Optional.of(new Match<>(text.substring(start, end), end));
    }

    private int afterCharacter(int at) {
        if (at >= text.length()) {
            return at;
        }
        char c = text.charAt(at);
        boolean pair = at + 1 < text.length();
        if (c == '\\' && pair && SYNTAX.indexOf(text.charAt(at + 1)) >= 0) {
            return at + 2;
        }
        if (c == '+' || c == '-') {
            boolean joins = pair && SYNTAX.indexOf(text.charAt(at + 1)) < 0 && !isSpace(at + 1);
            return joins ? at + 1 : at;
        }
        boolean plain = SYNTAX.indexOf(c) < 0 && PYTHON_SPACES.indexOf(c) < 0;
        return plain ? at + 1 : at;
    }

    private Optional<Match<String>> found(Pattern pattern, int at) {
        Matcher matcher = pattern.matcher(text).region(afterSpaces(at), text.length());
        return matcher.lookingAt() ? Optional.of(new Match<>(matcher.group(), matcher.end())) : Optional.empty();
    }
}
