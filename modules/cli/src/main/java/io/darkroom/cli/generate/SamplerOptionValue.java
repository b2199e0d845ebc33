package io.darkroom.cli.generate;

/** The value of a {@code --scheduler-option} as JSON: a boolean, a number, else text. */
final class SamplerOptionValue {
    private SamplerOptionValue() {}

    static Object of(String text) {
        return switch (text) {
            case "true", "True" -> true;
            case "false", "False" -> false;
            default -> number(text);
        };
    }

    private static Object number(String text) {
        if (text.matches("-?[0-9]{1,18}")) {
            return Long.parseLong(text);
        }
        if (text.matches("-?[0-9]*\\.?[0-9]+([eE]-?[0-9]{1,3})?")) {
            return Double.parseDouble(text);
        }
        return text;
    }
}
