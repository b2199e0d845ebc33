package io.darkroom.pipelines;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.TextEncoder;
import io.darkroom.inference.device.Timed;
import io.darkroom.inference.text.TextRow;
import io.darkroom.inference.text.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What several runs of one stage encode alike, texts and pictures, each computed by the run that comes to it first; the others
 * wait for that and spend no time of the device. Only for runs with the same model and adapters. Safe for many threads.
 */
public final class SharedEncodings {
    private final Map<Texts, Once<Optional<TextEncoder.Encoding>>> texts = new ConcurrentHashMap<>();
    private final Map<Pixels, Once<Tensor>> pictures = new ConcurrentHashMap<>();

    /**
     * @param encoder its position
     * @param states which are wanted, as something that is equal for the same ones
     */
    private record Texts(int encoder, Object states, List<TextRow> rows) {}

    /** Equal for equal pixels, wherever they lie. */
    private record Pixels(Tensor values) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Pixels(var others)
                    && Arrays.equals(others.shape(), values.shape())
                    && Arrays.equals(others.data(), values.data());
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values.data());
        }
    }

    /** Something that the device computes. */
    interface Encoding<T, E extends Exception> {
        Timed<T> run() throws E, InterruptedException;
    }

    /** A result that several wait for; a failed attempt is made again by the next one. */
    private static final class Once<T> {
        private Optional<T> made = Optional.empty();

        synchronized <E extends Exception> Timed<T> get(Encoding<T, E> encoding) throws E, InterruptedException {
            if (made.isPresent()) {
                return new Timed<>(made.get(), 0);
            }
            Timed<T> first = encoding.run();
            made = Optional.of(first.value());
            return first;
        }
    }

    /**
     * @param states which are wanted, as something that is equal for the same ones
     * @return empty if the encoder has not what is wanted
     */
    <E extends Exception> Timed<Optional<TextEncoder.Encoding>> text(
            int encoder, Object states, List<TextRow> rows, Encoding<Optional<TextEncoder.Encoding>, E> encoding)
            throws E, InterruptedException {
        return texts.computeIfAbsent(new Texts(encoder, states, List.copyOf(rows)), _ -> new Once<>())
                .get(encoding);
    }

    /**
     * Plain texts that are encoded together.
     *
     * @param states which are wanted, as something that is equal for the same ones
     */
    <E extends Exception> Timed<TextEncoder.Encoding> texts(
            int encoder, Object states, List<Tokens> prompts, Encoding<TextEncoder.Encoding, E> encoding)
            throws E, InterruptedException {
        List<TextRow> rows =
                prompts.stream().map(tokens -> TextRow.of(tokens.ids())).toList();
        Timed<Optional<TextEncoder.Encoding>> encoded = text(encoder, states, rows, () -> {
            Timed<TextEncoder.Encoding> made = encoding.run();
            return new Timed<>(Optional.of(made.value()), made.deviceNanos());
        });
        return new Timed<>(encoded.value().orElseThrow(), encoded.deviceNanos());
    }

    /**
     * @param pixels {@code [n, 3, height, width]}
     */
    <E extends Exception> Timed<Tensor> picture(Tensor pixels, Encoding<Tensor, E> encoding)
            throws E, InterruptedException {
        return pictures.computeIfAbsent(new Pixels(pixels), _ -> new Once<>()).get(encoding);
    }

    /** How many there are of both. */
    int size() {
        return texts.size() + pictures.size();
    }
}
