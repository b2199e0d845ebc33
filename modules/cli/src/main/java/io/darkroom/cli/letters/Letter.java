package io.darkroom.cli.letters;

import io.darkroom.contract.letter.DeadLetter;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A dead letter as its topic holds it. */
record Letter(String key, Instant written, Map<String, String> headers, byte[] value) {

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Whether it is a job that failed; else it is a record that was not accepted. */
    boolean isJob() {
        return headers.containsKey(DeadLetter.RUN);
    }

    /** Tenant and id, as far as they could be read. */
    String whose() {
        return header(DeadLetter.TENANT).map(tenant -> tenant + "/").orElse("")
                + header(DeadLetter.ID).orElse("");
    }

    boolean isWhole() {
        return header(DeadLetter.ORIGINAL_BYTES)
                .map(bytes -> bytes.equals(Integer.toString(value.length)))
                .orElse(true);
    }
}
