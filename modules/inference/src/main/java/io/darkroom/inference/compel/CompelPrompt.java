package io.darkroom.inference.compel;

import io.darkroom.inference.compel.Conjunction.Blend;
import io.darkroom.inference.compel.Conjunction.Flat;
import io.darkroom.inference.compel.Conjunction.Fragment;
import io.darkroom.inference.compel.Conjunction.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a prompt in the syntax of compel, which diffusers' guides use for weights: {@code (red fox)1.3}, {@code fox++},
 * {@code fox--}, {@code ("a", "b").and()}, {@code ("a", "b").blend(0.7, 0.3)}, {@code cat.swap(dog)}.
 *
 * <p>The grammar is that of compel 2.1.1 ({@code prompt_parser.py}) to the letter, with its odd ends: text behind an {@code
 * .and()} does not count, text behind a {@code .blend()} is refused.
 */
public final class CompelPrompt {
    private static final Pattern COMMA_WITHOUT_SPACE = Pattern.compile(",(\\S)", Pattern.UNICODE_CHARACTER_CLASS);

    private final Grammar grammar;

    private CompelPrompt(String text) {
        this.grammar = new Grammar(text);
    }

    /**
     * @throws CompelSyntaxException if compel would refuse the prompt
     */
    public static Conjunction parse(String prompt) throws CompelSyntaxException {
        String spaced = COMMA_WITHOUT_SPACE.matcher(prompt).replaceAll(", $1");
        if (spaced.isBlank()) {
            return new Conjunction(List.of(new Flat(List.of(new Fragment("", 1)))), List.of(1.0), List.of());
        }
        CompelPrompt reading = new CompelPrompt(spaced);
        Optional<Conjunction> several = reading.explicit();
        return several.isPresent() ? several.get() : reading.implicit();
    }

    /** {@code ("a", "b").and(1, 0.5)}. */
    private Optional<Conjunction> explicit() throws CompelSyntaxException {
        Optional<Match<List<List<Node>>>> prompts = prompts(0);
        Optional<Match<List<Option>>> options =
                prompts.flatMap(found -> arguments(found.end(), ".and").or(() -> arguments(found.end(), ".add")));
        if (options.isEmpty()) {
            return Optional.empty();
        }
        List<List<Node>> trees = prompts.orElseThrow().value();
        List<Double> weights = weights(".and()", options.get().value(), trees.size());
        Flattening flattening = new Flattening();
        List<Part> parts = new ArrayList<>();
        List<Double> partWeights = new ArrayList<>();
        for (int i = 0; i < trees.size(); i++) {
            Optional<Flat> flat = flattening.flat(trees.get(i));
            if (flat.isPresent()) {
                parts.add(flat.get());
                partWeights.add(weights.get(i));
            }
        }
        return Optional.of(new Conjunction(parts, partWeights, flattening.loras()));
    }

    private Conjunction implicit() throws CompelSyntaxException {
        Optional<Match<List<Node>>> before = grammar.loras(0);
        int start = before.map(Match::end).orElse(0);
        Flattening flattening = new Flattening();
        before.ifPresent(loras -> flattening.flat(loras.value()));
        Optional<Match<Blend>> blend = blend(start, flattening);
        List<Part> parts = new ArrayList<>();
        int end;
        if (blend.isPresent()) {
            parts.add(blend.get().value());
            end = blend.get().end();
        } else {
            Match<List<Node>> prompt = grammar.prompt(start);
            flattening.flat(prompt.value()).ifPresent(parts::add);
            end = prompt.end();
        }
        Optional<Match<List<Node>>> after = grammar.loras(end);
        after.ifPresent(loras -> flattening.flat(loras.value()));
        if (!grammar.scanner().endsAfterSpaces(after.map(Match::end).orElse(end))) {
            throw new CompelSyntaxException(
                    blend.isPresent()
                            ? "has text behind .blend(...), which must be the whole prompt"
                            : "holds a control character");
        }
        return new Conjunction(parts, Collections.nCopies(parts.size(), 1.0), flattening.loras());
    }

    private Optional<Match<Blend>> blend(int at, Flattening flattening) throws CompelSyntaxException {
        Optional<Match<List<List<Node>>>> prompts = prompts(at);
        Optional<Match<List<Option>>> options = prompts.flatMap(found -> arguments(found.end(), ".blend"));
        if (options.isEmpty()) {
            return Optional.empty();
        }
        List<Option> given = options.get().value();
        boolean normalized = !Option.endsUnnormalised(given);
        List<List<Node>> trees = prompts.orElseThrow().value();
        List<Double> weights =
                weights(".blend()", normalized ? given : given.subList(0, given.size() - 1), trees.size());
        List<Flat> flats = new ArrayList<>();
        for (List<Node> tree : trees) {
            Flat flat = flattening
                    .flat(tree)
                    .orElseThrow(() -> new CompelSyntaxException(".blend() cannot mix a prompt without text"));
            if (flat.swaps()) {
                throw new CompelSyntaxException(".swap() cannot stand inside of .blend()");
            }
            flats.add(flat);
        }
        return Optional.of(
                new Match<>(new Blend(flats, weights, normalized), options.get().end()));
    }

    /** One for each prompt; 1 when there are none. */
    private static List<Double> weights(String operator, List<Option> options, int prompts)
            throws CompelSyntaxException {
        List<Double> weights = Option.weights(options);
        if (weights.isEmpty()) {
            return Collections.nCopies(prompts, 1.0);
        }
        if (weights.size() != prompts) {
            throw new CompelSyntaxException(
                    operator + " has " + weights.size() + " weights for " + prompts + " prompts; give one for each");
        }
        return weights;
    }

    /** {@code ("a", b, (c))}. */
    private Optional<Match<List<List<Node>>>> prompts(int at) throws CompelSyntaxException {
        Optional<Integer> opened = grammar.scanner().sign("(", at);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        List<List<Node>> prompts = new ArrayList<>();
        int end = opened.get();
        Optional<Match<List<Node>>> next = prompt(end);
        while (next.isPresent()) {
            prompts.add(next.get().value());
            end = next.get().end();
            Optional<Integer> comma = grammar.scanner().sign(",", end);
            next = comma.isPresent() ? prompt(comma.get()) : Optional.empty();
        }
        return prompts.isEmpty()
                ? Optional.empty()
                : grammar.scanner().sign(")", end).map(closed -> new Match<>(prompts, closed));
    }

    private Optional<Match<List<Node>>> prompt(int at) throws CompelSyntaxException {
        Optional<Match<List<Node>>> target = grammar.target(at);
        return target.isPresent() ? target : grammar.quotedPrompt(at);
    }

    private Optional<Match<List<Option>>> arguments(int at, String operator) {
        Scanner scanner = grammar.scanner();
        return scanner.sign(operator, at)
                .flatMap(end -> scanner.sign("(", end))
                .map(end -> Option.list(scanner, end))
                .flatMap(options -> scanner.sign(")", options.end()).map(end -> new Match<>(options.value(), end)));
    }
}
