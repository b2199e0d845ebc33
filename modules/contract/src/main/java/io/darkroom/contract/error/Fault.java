package io.darkroom.contract.error;

/**
 * One thing wrong with a request.
 *
 * @param path where, as in {@code stages[1].strength}; empty for the record as a whole
 * @param message what is wrong and what would be right, as in {@code 1.4 is outside 0..1}
 */
public record Fault(String path, String message) {
    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
