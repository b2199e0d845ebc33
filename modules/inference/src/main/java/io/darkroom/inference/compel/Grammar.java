package io.darkroom.inference.compel;

import io.darkroom.inference.compel.Conjunction.LoraMention;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The inside of a prompt: texts, weights, swaps. An ordered choice at every place, never taken back, as compel's own parser
 * has it; what a rule found at a position is kept, because several rules begin with the same.
 */
final class Grammar {
    /** compel's parser overflows its stack well before. */
    private static final int DEEPEST = 60;

    private static final double PLUS = 1.1;
    private static final double MINUS = 0.9;

    private final Scanner scanner;
    private final Map<Integer, Optional<Match<List<Node>>>> quotes = new HashMap<>();
    private final Map<Integer, Optional<Match<List<Node>>>> parentheses = new HashMap<>();
    private int depth;

    Grammar(String text) {
        this.scanner = new Scanner(text);
    }

    Scanner scanner() {
        return scanner;
    }

    /** A rule that may hold at a position. */
    interface Rule {
        Optional<Match<List<Node>>> at(int position) throws CompelSyntaxException;
    }

    /** Everything that can be read from here on; a word that fits nothing else is plain text, syntax and all. */
    Match<List<Node>> prompt(int at) throws CompelSyntaxException {
        return repeated(at, position -> {
            Optional<Match<List<Node>>> part =
                    first(position, this::swap, this::lora, this::attention, this::quotedFragment, this::parenthesised);
            if (part.isPresent()) {
                return part;
            }
            return scanner.freeWord(position)
                    .map(word -> Match.of(Node.text(word.value()), word.end()))
                    .or(() -> scanner.isSpace(position)
                            ? Optional.of(new Match<>(List.of(), scanner.afterSpaces(position)))
                            : Optional.empty());
        });
    }

    /** What an operator can be applied to. */
    Optional<Match<List<Node>>> target(int at) throws CompelSyntaxException {
        return first(at, this::quotedFragment, this::parenthesised, this::plainWord);
    }

    /** A quoted text that is read as a whole prompt. */
    Optional<Match<List<Node>>> quotedPrompt(int at) throws CompelSyntaxException {
        return quoted(at, Grammar::prompt);
    }

    Optional<Match<List<Node>>> loras(int at) throws CompelSyntaxException {
        Match<List<Node>> found = repeated(at, this::lora);
        return found.value().isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private Match<List<Node>> withCommasAndDots(int at) throws CompelSyntaxException {
        return repeated(at, position -> first(position, this::part, this::commaOrDot));
    }

    private Match<List<Node>> withoutCommas(int at) throws CompelSyntaxException {
        return repeated(at, this::part);
    }

    private Optional<Match<List<Node>>> part(int at) throws CompelSyntaxException {
        return first(
                at,
                this::lora,
                this::attention,
                this::swap,
                this::parenthesised,
                this::quotedFragment,
                this::plainWord);
    }

    private Optional<Match<List<Node>>> commaOrDot(int at) {
        return scanner.sign(",", at)
                .map(end -> Match.of(Node.text(","), end))
                .or(() -> scanner.sign(".", at).map(end -> Match.of(Node.text("."), end)));
    }

    private Optional<Match<List<Node>>> plainWord(int at) {
        return scanner.plainWord(at).map(word -> Match.of(Node.text(word.value()), word.end()));
    }

    private Optional<Match<List<Node>>> quotedFragment(int at) throws CompelSyntaxException {
        Optional<Match<List<Node>>> known = quotes.get(at);
        if (known == null) {
            known = quoted(at, Grammar::withCommasAndDots);
            quotes.put(at, known);
        }
        return known;
    }

    /** How the text between quotes is read. */
    private interface Inside {
        Match<List<Node>> read(Grammar grammar, int at) throws CompelSyntaxException;
    }

    private Optional<Match<List<Node>>> quoted(int at, Inside inside) throws CompelSyntaxException {
        Optional<Match<String>> content = scanner.quoted(at);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        String text = content.get().value();
        int end = content.get().end();
        if (text.isBlank()) {
            return Optional.of(Match.of(Node.text(""), end));
        }
        Grammar grammar = new Grammar(text.replace("\"", "\\\""));
        Match<List<Node>> read = inside.read(grammar, 0);
        return grammar.scanner.endsAfterSpaces(read.end())
                ? Optional.of(new Match<>(read.value(), end))
                : Optional.empty();
    }

    private Optional<Match<List<Node>>> parenthesised(int at) throws CompelSyntaxException {
        Optional<Match<List<Node>>> known = parentheses.get(at);
        if (known == null) {
            known = readParenthesised(at);
            parentheses.put(at, known);
        }
        return known;
    }

    private Optional<Match<List<Node>>> readParenthesised(int at) throws CompelSyntaxException {
        Optional<Integer> opened = scanner.sign("(", at);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        if (++depth > DEEPEST) {
            throw new CompelSyntaxException("has more than " + DEEPEST + " parentheses inside each other");
        }
        Match<List<Node>> inside = withCommasAndDots(opened.get());
        depth--;
        return scanner.sign(")", inside.end()).map(end -> new Match<>(inside.value(), end));
    }

    private Optional<Match<List<Node>>> attention(int at) throws CompelSyntaxException {
        Optional<Match<List<Node>>> explicit = explicitAttention(at);
        if (explicit.isPresent()) {
            return explicit;
        }
        Optional<Match<List<Node>>> grouped = first(at, this::quotedFragment, this::parenthesised);
        if (grouped.isPresent() && !scanner.isSpace(grouped.get().end())) {
            Optional<Match<Double>> weight = weight(grouped.get().end());
            if (weight.isPresent()) {
                return Optional.of(weighted(grouped.get().value(), weight.get()));
            }
        }
        Optional<Match<List<Node>>> word = plainWord(at);
        return word.filter(found -> !scanner.isSpace(found.end()))
                .flatMap(found -> signs(found.end()).map(weight -> weighted(found.value(), weight)));
    }

    private Optional<Match<List<Node>>> explicitAttention(int at) throws CompelSyntaxException {
        Optional<Match<List<Node>>> target = target(at);
        Optional<Match<Double>> weight = target.flatMap(found -> scanner.sign(".attend", found.end()))
                .flatMap(end -> scanner.sign("(", end))
                .flatMap(this::weight);
        Optional<Integer> end = weight.flatMap(found -> scanner.sign(")", found.end()));
        return end.map(closed -> weighted(
                target.orElseThrow().value(), new Match<>(weight.orElseThrow().value(), closed)));
    }

    private static Match<List<Node>> weighted(List<Node> children, Match<Double> weight) {
        return Match.of(new Node.Weighted(weight.value(), children), weight.end());
    }

    /** Signs, or a number. */
    private Optional<Match<Double>> weight(int at) {
        return signs(at).or(() -> scanner.number(at));
    }

    private Optional<Match<Double>> signs(int at) {
        return scanner.run('+', at)
                .map(run -> power(PLUS, run))
                .or(() -> scanner.run('-', at).map(run -> power(MINUS, run)));
    }

    private static Match<Double> power(double base, Match<String> signs) {
        return new Match<>(Math.pow(base, signs.value().length()), signs.end());
    }

    private Optional<Match<List<Node>>> swap(int at) throws CompelSyntaxException {
        Optional<Match<List<Node>>> original = target(at);
        Optional<Integer> opened =
                original.flatMap(found -> scanner.sign(".swap", found.end())).flatMap(end -> scanner.sign("(", end));
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        Match<List<Node>> edited = withoutCommas(opened.get());
        Match<List<Option>> options = scanner.sign(",", edited.end())
                .map(end -> Option.list(scanner, end))
                .orElse(new Match<>(List.of(), edited.end()));
        Optional<Integer> closed = scanner.sign(")", options.end());
        if (closed.isEmpty()) {
            return Optional.empty();
        }
        Option.requireNumberIfNamed(options.value(), "shape_freedom");
        Node node = new Node.Swapped(original.orElseThrow().value(), edited.value());
        return Optional.of(Match.of(node, closed.get()));
    }

    private Optional<Match<List<Node>>> lora(int at) {
        Optional<Match<String>> name = scanner.sign("useLora", at)
                .or(() -> scanner.sign("withLora", at))
                .flatMap(end -> scanner.sign("(", end))
                .flatMap(scanner::keyword);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        int afterName = name.get().end();
        Match<Double> weight =
                scanner.sign(",", afterName).flatMap(scanner::number).orElse(new Match<>(1.0, afterName));
        Node node = new Node.Lora(new LoraMention(name.get().value(), weight.value()));
        return scanner.sign(")", weight.end()).map(end -> Match.of(node, end));
    }

    @SafeVarargs
    private static Optional<Match<List<Node>>> first(int at, Rule... rules) throws CompelSyntaxException {
        for (Rule rule : rules) {
            Optional<Match<List<Node>>> match = rule.at(at);
            if (match.isPresent()) {
                return match;
            }
        }
        return Optional.empty();
    }

    private static Match<List<Node>> repeated(int at, Rule rule) throws CompelSyntaxException {
        List<Node> nodes = new ArrayList<>();
        int end = at;
        for (Optional<Match<List<Node>>> match = rule.at(end); match.isPresent(); match = rule.at(end)) {
            nodes.addAll(match.get().value());
            end = match.get().end();
        }
        return new Match<>(nodes, end);
    }
}
