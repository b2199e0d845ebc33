package io.darkroom.cli.letters;

import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.ExitCode;
import io.darkroom.cli.client.Cluster;
import io.darkroom.cli.client.Control;
import io.darkroom.cli.client.JobClient;
import io.darkroom.cli.client.TopicScan;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.cli.terminal.TextTable;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.topic.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the system gave up on, as {@code darkroom.dead-letters} holds it now. */
public final class LetterBox {
    private static final int REASON_SHOWN = 60;

    private final Cluster cluster;
    private final Terminal terminal;

    public LetterBox(Cluster cluster, Terminal terminal) {
        this.cluster = cluster;
        this.terminal = terminal;
    }

    /** One line for each letter, the oldest first. */
    public int list() {
        Map<String, Letter> letters = read();
        if (letters.isEmpty()) {
            terminal.remark("there are no dead letters");
            return ExitCode.OK;
        }
        var table = new TextTable("KEY", "WRITTEN", "CODE", "JOB", "REASON");
        letters.values()
                .forEach(letter -> table.row(
                        letter.key(),
                        letter.written().truncatedTo(ChronoUnit.SECONDS),
                        letter.header(DeadLetter.CODE).orElse("-"),
                        letter.whose().isEmpty() ? "-" : letter.whose(),
                        shortened(letter.header(DeadLetter.REASON).orElse(""))));
        terminal.out().print(table);
        terminal.out().flush();
        return ExitCode.OK;
    }

    /** Its headers, and its value where that is text. */
    public int show(String key) {
        Letter letter = find(key);
        new TreeMap<>(letter.headers()).forEach((name, text) -> terminal.line(name + ": " + text));
        terminal.line("");
        terminal.line(text(letter.value())
                .orElse("(" + letter.value().length + " bytes that are no text; --raw writes them as they are)"));
        return ExitCode.OK;
    }

    /** Its value as it is. */
    public int write(String key, OutputStream out) {
        try {
            out.write(find(key).value());
            out.flush();
            return ExitCode.OK;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets a job run again, or puts a record back where it came from; the letter is then discarded. */
    public int replay(String key) {
        Letter letter = find(key);
        int code = letter.isJob() ? replayJob(letter) : putBack(letter);
        if (code == ExitCode.OK) {
            remove(List.of(key));
        }
        return code;
    }

    public int discard(List<String> keys) {
        Map<String, Letter> letters = read();
        keys.forEach(key -> require(letters, key));
        remove(keys);
        return ExitCode.OK;
    }

    private void remove(List<String> keys) {
        try (JobClient client = new JobClient(cluster)) {
            keys.forEach(client::discardLetter);
        }
        keys.forEach(key -> terminal.line(key + ": discarded"));
    }

    private int replayJob(Letter letter) {
        return new Control(cluster, terminal)
                .replay(
                        letter.header(DeadLetter.TENANT).orElseThrow(),
                        letter.header(DeadLetter.ID).orElseThrow());
    }

    private int putBack(Letter letter) {
        Topics topics = cluster.topics();
        String origin = letter.header(DeadLetter.ORIGIN_TOPIC).orElse("");
        if (!List.of(topics.requests(), topics.interactiveRequests(), topics.control())
                .contains(origin)) {
            throw CommandFailure.job(letter.key() + " comes from " + origin
                    + ", which only Darkroom itself writes; it can be shown and discarded, not replayed");
        }
        if (!letter.isWhole()) {
            throw CommandFailure.job(letter.key() + " keeps only " + letter.value().length + " of "
                    + letter.header(DeadLetter.ORIGINAL_BYTES).orElse("more") + " bytes; submit the original again");
        }
        try (JobClient client = new JobClient(cluster)) {
            client.putBack(origin, letter.value());
        }
        terminal.line(letter.key() + ": put back on " + origin + ", to be judged again");
        return ExitCode.OK;
    }

    private Letter find(String key) {
        return require(read(), key);
    }

    private static Letter require(Map<String, Letter> letters, String key) {
        return Optional.ofNullable(letters.get(key))
                .orElseThrow(() -> CommandFailure.usage(
                        key + " is the key of no dead letter; `darkroom dead-letters list` shows them", null));
    }

    /** By key, the oldest first. */
    private Map<String, Letter> read() {
        Map<String, Letter> letters = new LinkedHashMap<>();
        TopicScan.read(cluster, cluster.topics().deadLetters(), record -> take(record, letters));
        return letters;
    }

    private static void take(ConsumerRecord<String, byte[]> record, Map<String, Letter> letters) {
        letters.remove(record.key());
        if (record.value() != null) {
            Map<String, String> headers = new LinkedHashMap<>();
            record.headers()
                    .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
            letters.put(
                    record.key(),
                    new Letter(record.key(), Instant.ofEpochMilli(record.timestamp()), headers, record.value()));
        }
    }

    private static Optional<String> text(byte[] value) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
            boolean printable = text.chars().allMatch(c -> !Character.isISOControl(c) || Character.isWhitespace(c));
            return printable ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static String shortened(String reason) {
        String line = reason.replaceAll("\\s+", " ");
        return line.length() <= REASON_SHOWN ? line : line.substring(0, REASON_SHOWN - 3) + "...";
    }
}
