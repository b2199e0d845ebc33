package io.darkroom.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({"512,512", "1KiB,1024", "1.5 MiB,1572864", "2GB,2000000000", "50GiB,53687091200", "1T,1000000000000"})
    void sizesAreReadAsPeopleWriteThem(String text, long bytes) {
        assertThat(ByteSize.parse(text)).contains(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1GiB", "GiB", "1iB", "1 XB", "1e9", "99999999999GiB"})
    void whatIsNoSizeIsNone(String text) {
        assertThat(ByteSize.parse(text)).isEmpty();
    }

    @Test
    void sizesAreShownWithThreeDigits() {
        assertThat(ByteSize.shown(3)).isEqualTo("3 B");
        assertThat(ByteSize.shown(16_641_421)).isEqualTo("15.9 MiB");
        assertThat(ByteSize.shown(4_300_000_000L)).isEqualTo("4.00 GiB");
    }
}
