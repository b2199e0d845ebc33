package io.darkroom.diffusion.sampler;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One option of a sampler: its name in {@code scheduler_config.json}, what it may be, and its
 * default.
 *
 * @param fallback the value if the option is not given; empty for an option that may be left unset
 */
record SamplerOption(String name, Domain domain, Optional<Object> fallback) {

    /** What values an option takes. */
    sealed interface Domain {
        /**
         * The value in the type that samplers read, or empty if it does not belong to this domain.
         */
        Optional<Object> read(Object json);

        /** For an error message: what would be right. */
        String description();
    }

    record Flag() implements Domain {
        @Override
        public Optional<Object> read(Object json) {
            return json instanceof Boolean ? Optional.of(json) : Optional.empty();
        }

        @Override
        public String description() {
            return "true or false";
        }
    }

    record WholeNumber(int least, int most) implements Domain {
        @Override
        public Optional<Object> read(Object json) {
            if (!(json instanceof Number number) || number.doubleValue() != Math.rint(number.doubleValue())) {
                return Optional.empty();
            }
            double value = number.doubleValue();
            return value >= least && value <= most ? Optional.of((int) value) : Optional.empty();
        }

        @Override
        public String description() {
            return "a whole number in " + least + ".." + most;
        }
    }

    record RealNumber(double least, double most) implements Domain {
        @Override
        public Optional<Object> read(Object json) {
            if (!(json instanceof Number number)) {
                return Optional.empty();
            }
            double value = number.doubleValue();
            return value >= least && value <= most ? Optional.of(value) : Optional.empty();
        }

        @Override
        public String description() {
            return "a number in " + least + ".." + most;
        }
    }

    record Choice(List<String> names) implements Domain {
        @Override
        public Optional<Object> read(Object json) {
            return json instanceof String name && names.contains(name) ? Optional.of(name) : Optional.empty();
        }

        @Override
        public String description() {
            return "one of " + String.join(", ", names);
        }
    }

    /**
     * A choice that also takes the names by which other samplers call theirs, as diffusers does in
     * a swap.
     */
    record TranslatedChoice(Choice own, Map<String, String> foreign) implements Domain {
        @Override
        public Optional<Object> read(Object json) {
            return own.read(json instanceof String name ? foreign.getOrDefault(name, name) : json);
        }

        @Override
        public String description() {
            return own.description();
        }
    }

    record Numbers() implements Domain {
        @Override
        public Optional<Object> read(Object json) {
            if (!(json instanceof List<?> list) || !list.stream().allMatch(Number.class::isInstance)) {
                return Optional.empty();
            }
            return Optional.of(list.stream()
                    .map(Number.class::cast)
                    .map(Number::floatValue)
                    .toList());
        }

        @Override
        public String description() {
            return "a list of numbers";
        }
    }

    /** An option of diffusers whose other values are not built here; only its default passes. */
    record OnlyDefault(Object value) implements Domain {
        @Override
        public Optional<Object> read(Object json) {
            boolean same = json instanceof Number given && value instanceof Number own
                    ? given.doubleValue() == own.doubleValue()
                    : json.equals(value);
            return same ? Optional.of(value) : Optional.empty();
        }

        @Override
        public String description() {
            return value + ", the only value supported here";
        }
    }

    /**
     * Reads a value given in JSON.
     *
     * @throws SamplerOptionException if the option cannot take it
     */
    Object read(Object json) {
        return domain.read(json)
                .orElseThrow(() -> new SamplerOptionException(
                        name, shortened(json) + " is not right, it must be " + domain.description()));
    }

    private static String shortened(Object json) {
        String text = json instanceof Object[] array ? Arrays.toString(array) : String.valueOf(json);
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}
