package io.darkroom.cli.generate;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Ids for jobs whose submitter did not choose one. */
public final class JobIds {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private JobIds() {}

    /** {@code generate-20261121-093015-5f3c}: sorts by time, and two of a second differ. */
    public static String next(String prefix) {
        String random =
                HexFormat.of().toHexDigits((short) ThreadLocalRandom.current().nextInt());
        return prefix + "-" + LocalDateTime.now(ZoneOffset.UTC).format(TIME) + "-" + random;
    }
}
