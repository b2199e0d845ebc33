package io.darkroom.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LetterLogTest {
    private final AtomicLong nanos = new AtomicLong();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final LetterLog log = new LetterLog(logger(), nanos::get);

    private Logger logger() {
        Logger logger = (Logger) LoggerFactory.getLogger(LetterLogTest.class.getName() + System.nanoTime());
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
        return logger;
    }

    @Test
    void aFloodIsAFewLinesOfEachKindAndTheNumberOfTheOthers() {
        for (int letter = 0; letter < 1000; letter++) {
            log.refused("INVALID_REQUEST", "requests/0/" + letter);
        }
        log.refused("UNKNOWN_MODEL", "requests/0/1000");
        log.leftOut("an event of job a/b", new IllegalStateException("no"));

        assertThat(lines.list)
                .hasSize(LetterLog.LINES + 2)
                .allSatisfy(line -> assertThat(line.getThrowableProxy()).isNull());

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        log.tellRest();
        log.tellRest();

        assertThat(lines.list).hasSize(LetterLog.LINES + 3);
        assertThat(lines.list.getLast().getFormattedMessage()).endsWith("INVALID_REQUEST 995");
    }
}
