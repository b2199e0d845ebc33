package io.darkroom.inference.compel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An argument of an operator: {@code name=value}, a number, or a word.
 *
 * @param name empty for a number or word that stands alone
 */
record Option(String name, String value) {
    private static final String NO_NORMALIZE = "no_normalize";

    /** As many as there are, with commas between them; maybe none. */
    static Match<List<Option>> list(Scanner scanner, int at) {
        List<Option> options = new ArrayList<>();
        int end = at;
        Optional<Match<Option>> next = read(scanner, at);
        while (next.isPresent()) {
            options.add(next.get().value());
            end = next.get().end();
            next = scanner.sign(",", end).flatMap(after -> read(scanner, after));
        }
        return new Match<>(options, end);
    }

    private static Optional<Match<Option>> read(Scanner scanner, int at) {
        Optional<Match<String>> name = scanner.keyword(at);
        Optional<Match<Option>> named = name.flatMap(found -> scanner.sign("=", found.end()))
                .flatMap(end -> number(scanner, end).or(() -> scanner.keyword(end)))
                .map(value -> new Match<>(new Option(name.orElseThrow().value(), value.value()), value.end()));
        return named.or(() -> number(scanner, at)
                .or(() -> name)
                .map(value -> new Match<>(new Option("", value.value()), value.end())));
    }

    private static Optional<Match<String>> number(Scanner scanner, int at) {
        return scanner.number(at).map(found -> new Match<>(Double.toString(found.value()), found.end()));
    }

    static boolean endsUnnormalised(List<Option> options) {
        return !options.isEmpty() && options.getLast().stands(NO_NORMALIZE);
    }

    private boolean stands(String word) {
        return name.equals(word) || (name.isEmpty() && value.equals(word));
    }

    /** All of them as weights. */
    static List<Double> weights(List<Option> options) throws CompelSyntaxException {
        List<Double> weights = new ArrayList<>();
        for (Option option : options) {
            weights.add(option.weight());
        }
        return weights;
    }

    private double weight() throws CompelSyntaxException {
        if (name.isEmpty() && isNumber(value)) {
            return Double.parseDouble(value);
        }
        throw new CompelSyntaxException(
                ".and() and .blend() take weights, as in .blend(0.7, 0.3); .blend() may end with " + NO_NORMALIZE);
    }

    static void requireNumberIfNamed(List<Option> options, String name) throws CompelSyntaxException {
        for (Option option : options) {
            if (option.name.equals(name) && !isNumber(option.value)) {
                throw new CompelSyntaxException(".swap(): " + name + " must be a number");
            }
        }
    }

    private static boolean isNumber(String value) {
        return value.matches("[+-]?[0-9]*\\.?[0-9]+(E-?[0-9]+)?|[+-]?[0-9]+\\.");
    }
}
