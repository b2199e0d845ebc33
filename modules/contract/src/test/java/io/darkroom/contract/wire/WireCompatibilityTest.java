package io.darkroom.contract.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.darkroom.contract.wire.router.JobEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What a former version wrote into topics and state stores is read by this one: no field has changed its number, its type or
 * its meaning. {@code wire/fields.txt} has the fields of the former version; {@link #main} prints this version's, which
 * take their place with the next release.
 */
class WireCompatibilityTest {

    private static final List<FileDescriptor> FILES = List.of(
            WorkItem.getDescriptor().getFile(),
            WorkEvent.getDescriptor().getFile(),
            Plan.getDescriptor().getFile(),
            JobEvent.getDescriptor().getFile());

    private final SortedSet<String> fields = new TreeSet<>();
    private final Map<String, Descriptor> messages = new HashMap<>();

    WireCompatibilityTest() {
        for (FileDescriptor file : FILES) {
            file.getMessageTypes().forEach(this::add);
            file.getEnumTypes().forEach(this::add);
        }
    }

    @Test
    void everyFieldOfTheFormerVersionIsThereOrItsNumberIsReserved() throws IOException {
        List<String> changed = former().stream()
                .filter(line -> !fields.contains(line) && !isReserved(line))
                .toList();

        assertThat(changed).isEmpty();
    }

    @Test
    void theFormerVersionHadFields() throws IOException {
        assertThat(former())
                .contains("darkroom.v1.WorkItem 1 protocol_version uint32")
                .hasSizeGreaterThan(300);
    }

    private boolean isReserved(String line) {
        String[] words = line.split(" ", -1);
        Descriptor message = messages.get(words[0]);
        return message != null && message.isReservedNumber(Integer.parseInt(words[1]));
    }

    private static Set<String> former() throws IOException {
        try (InputStream in = WireCompatibilityTest.class.getResourceAsStream("/wire/fields.txt")) {
            return Set.copyOf(new String(in.readAllBytes(), UTF_8).lines().toList());
        }
    }

    private void add(Descriptor message) {
        messages.put(message.getFullName(), message);
        for (FieldDescriptor field : message.getFields()) {
            fields.add(message.getFullName() + " " + field.getNumber() + " " + field.getName() + " "
                    + (field.isRepeated() ? "repeated " : "") + type(field));
        }
        message.getNestedTypes().forEach(this::add);
        message.getEnumTypes().forEach(this::add);
    }

    private void add(EnumDescriptor type) {
        type.getValues()
                .forEach(value -> fields.add(type.getFullName() + " " + value.getNumber() + " " + value.getName()));
    }

    private static String type(FieldDescriptor field) {
        return switch (field.getType()) {
            case MESSAGE -> "message." + field.getMessageType().getFullName();
            case ENUM -> "enum." + field.getEnumType().getFullName();
            default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    }

    public static void main(String[] arguments) {
        new WireCompatibilityTest().fields.forEach(System.out::println);
    }
}
