package io.darkroom.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    private static byte[] golden() throws IOException {
        try (InputStream in = SafetensorsTest.class.getResourceAsStream("/golden.safetensors")) {
            return in.readAllBytes();
        }
    }

    @Test
    void aFileOfTheReferenceLibraryIsRead() throws Exception {
        Safetensors file = Safetensors.read(golden());
        assertThat(file.metadata()).containsExactly(Map.entry("vae", "0123abcd"));
        assertThat(file.tensors().keySet()).containsExactlyInAnyOrder("latents", "half", "steps", "scalar");
        SafeTensor latents = file.tensors().get("latents");
        assertThat(latents.dimensions()).containsExactly(1, 4, 2, 3);
        assertThat(latents.floats()).hasSize(24).startsWith(-2f).endsWith(2f);
        assertThat(file.tensors().get("half").floats()).containsExactly(0.5f, -1.25f, 65504f);
        assertThat(file.tensors().get("scalar").shape()).isEmpty();
        assertThat(file.tensors().get("scalar").floats()).containsExactly(7.5f);
        SafeTensor steps = file.tensors().get("steps");
        assertThat(steps.data().getLong(8)).isEqualTo(2);
        assertThatIllegalStateException().isThrownBy(steps::floats).withMessageContaining("I64");
    }

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        tensors.put("b", SafeTensor.ofHalves(new float[] {1, -2.5f, 0.1f}, 3));
        tensors.put("a", SafeTensor.ofFloats(new float[] {1, 2, 3, 4, 5, Float.NaN}, 2, 3));
        tensors.put("none", SafeTensor.ofFloats(new float[0], 0, 4));
        Safetensors written = new Safetensors(tensors, Map.of("key", "\u00fc\n\"quoted\""));
        Safetensors read = Safetensors.read(written.write());
        assertThat(read.metadata()).isEqualTo(written.metadata());
        assertThat(read.tensors().keySet()).containsExactlyInAnyOrder("a", "b", "none");
        assertThat(read.tensors().get("a").floats()).containsExactly(1, 2, 3, 4, 5, Float.NaN);
        assertThat(read.tensors().get("b").floats()).containsExactly(1, -2.5f, 0.099975586f);
        assertThat(read.write()).isEqualTo(written.write());
    }

    @Test
    void aTensorMustHaveTheBytesOfItsShape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SafeTensor.ofFloats(new float[5], 2, 3))
                .withMessageContaining("24 bytes, not 20");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SafeTensor.ofFloats(new float[0], 1 << 30, 1 << 30, 1 << 30))
                .withMessageContaining("too large");
        assertThatIllegalArgumentException().isThrownBy(() -> SafeTensor.ofFloats(new float[5], -5));
    }

    private static byte[] file(String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,16]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536,65536,65536],\"data_offsets\":[0,0]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":\"2\",\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,16]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,99999999999999999999]}}",
                "{\"a\":{\"dtype\":\"X32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
                "{\"a\":7}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"__metadata__\":{\"k\":1}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"__metadata__\":[]}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} {}",
                " {\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{}",
                "[]",
                "[[[[[[[[[[[[]]]]]]]]]]]]",
                "nonsense"
            })
    void aHeaderThatLiesIsRefused(String header) {
        assertThatThrownBy(() -> Safetensors.read(file(header, 8))).isInstanceOf(SafetensorsException.class);
    }

    @Test
    void theSameHeaderWithoutALieIsRead() throws SafetensorsException {
        Safetensors read =
                Safetensors.read(file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} " + " ", 8));
        assertThat(read.tensors().get("a").shape()).isEqualTo(List.of(2));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 17, Long.MAX_VALUE, -1, 1L << 32, (1 << 20) + 1})
    void aLengthThatLeavesTheFileIsRefused(long length) {
        byte[] file = ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("length");
    }

    @Test
    void aFileCutOffOrFlippedAnywhereNeverEscapesAsAnotherException() throws IOException {
        byte[] sound = golden();
        for (int length = 0; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            assertThatThrownBy(() -> Safetensors.read(cut)).isInstanceOf(SafetensorsException.class);
        }
        Random random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] file = sound.clone();
            file[random.nextInt(file.length)] = (byte) random.nextInt(256);
            try {
                Safetensors.read(file).tensors().values().forEach(SafeTensor::dimensions);
            } catch (SafetensorsException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void aTensorsNameInAMessageIsShortAndPrintable() {
        String name = "x\\u0007".repeat(500);
        assertThatThrownBy(() -> Safetensors.read(file("{\"" + name + "\":7}", 8)))
                .hasMessageNotContaining("\u0007")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    }
}
