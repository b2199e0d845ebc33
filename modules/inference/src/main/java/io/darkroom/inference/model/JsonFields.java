package io.darkroom.inference.model;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Typed reading of a configuration file; errors name the file and the field. */
record JsonFields(String file, Map<String, Object> values) {
    static JsonFields read(FolderFiles folder, String file) throws ModelException {
        return new JsonFields(file, folder.json(file));
    }

    String text(String name) throws ModelException {
        if (values.get(name) instanceof String text) {
            return text;
        }
        throw fault(name, "must be a text");
    }

    /** Absent when missing or null. */
    OptionalInt integer(String name, int least, int most) throws ModelException {
        Object value = values.get(name);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value instanceof Integer number && number >= least && number <= most) {
            return OptionalInt.of(number);
        }
        throw fault(name, value + " is no whole number from " + least + " to " + most);
    }

    /** Absent when missing or null. */
    OptionalDouble positive(String name) throws ModelException {
        Object value = values.get(name);
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (value instanceof Number number && number.doubleValue() > 0 && Double.isFinite(number.doubleValue())) {
            return OptionalDouble.of(number.doubleValue());
        }
        throw fault(name, value + " is no number above 0");
    }

    /** A pair such as {@code [height, width]}, or one number for both. */
    int[] size(String name, int otherwise) throws ModelException {
        Object value = values.get(name);
        if (value instanceof List<?> pair
                && pair.size() == 2
                && pair.get(0) instanceof Integer height
                && pair.get(1) instanceof Integer width
                && height > 0
                && width > 0) {
            return new int[] {height, width};
        }
        int side = value instanceof List<?> ? -1 : integer(name, 1, 1 << 16).orElse(otherwise);
        if (side < 0) {
            throw fault(name, "must be a number or [height, width]");
        }
        return new int[] {side, side};
    }

    boolean isList(String name) {
        return values.get(name) instanceof List<?>;
    }

    /** How many entries a list has. */
    OptionalInt length(String name) throws ModelException {
        Object value = values.get(name);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value instanceof List<?> list && !list.isEmpty() && list.size() <= 16) {
            return OptionalInt.of(list.size());
        }
        throw fault(name, "must be a list of 1 to 16 entries");
    }

    /** Empty when missing or null. */
    List<Double> numbers(String name) throws ModelException {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list && list.size() <= 64 && list.stream().allMatch(JsonFields::isFinite)) {
            return list.stream().map(entry -> ((Number) entry).doubleValue()).toList();
        }
        throw fault(name, "must be a list of at most 64 numbers");
    }

    /** Empty when missing or null. */
    int[] wholeNumbers(String name, int least, int most) throws ModelException {
        List<Double> numbers = numbers(name);
        for (double number : numbers) {
            if (number != Math.rint(number) || number < least || number > most) {
                throw fault(name, number + " is no whole number from " + least + " to " + most);
            }
        }
        return numbers.stream().mapToInt(Double::intValue).toArray();
    }

    /** Exactly as many as {@code count}. */
    List<Double> numbers(String name, int count) throws ModelException {
        if (values.get(name) instanceof List<?> list
                && list.size() == count
                && list.stream().allMatch(JsonFields::isFinite)) {
            return list.stream().map(entry -> ((Number) entry).doubleValue()).toList();
        }
        throw fault(name, "must be a list of " + count + " numbers");
    }

    /** {@code otherwise} when missing or null. */
    boolean flag(String name, boolean otherwise) throws ModelException {
        Object value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw fault(name, "must be true or false");
    }

    private static boolean isFinite(Object entry) {
        return entry instanceof Number number && Double.isFinite(number.doubleValue());
    }

    private ModelException fault(String name, String problem) {
        return new ModelException(file + ": " + name + ": " + problem);
    }
}
