package io.darkroom.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Where the logs of a command go: people see results on standard output, and only trouble beside.
 */
final class Logs {
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{24} - %msg%n";
    private static final String OURS = "io.darkroom";
    private static final String BROKERS_LAST_WORDS = "org.apache.kafka.server.fault.ProcessTerminatingFaultHandler";

    private Logs() {}

    /** For a command that asks a cluster something: it reports trouble in its own words. */
    static void ofClient(boolean verbose) {
        LoggerContext context = fresh();
        context.getLogger(OURS).setLevel(verbose ? Level.DEBUG : Level.WARN);
        root(context).setLevel(verbose ? Level.INFO : Level.OFF);
        // After what a broker in this process says there, it ends the process.
        context.getLogger(BROKERS_LAST_WORDS).setLevel(Level.ERROR);
        addStandardError(context, Level.TRACE, Level.TRACE);
    }

    /** For a process that stays up: its log is what its operator sees of it. */
    static void ofService(boolean verbose) {
        LoggerContext context = fresh();
        context.getLogger(OURS).setLevel(verbose ? Level.DEBUG : Level.INFO);
        root(context).setLevel(verbose ? Level.INFO : Level.WARN);
        addStandardError(context, Level.TRACE, Level.TRACE);
    }

    /** For the whole system in one process beside a person: all into a file, trouble shown. */
    static void ofWholeSystem(Path file, boolean verbose) {
        LoggerContext context = fresh();
        context.getLogger(OURS).setLevel(Level.INFO);
        // Kafka says so much when all is well that the file would grow by megabytes a day.
        root(context).setLevel(verbose ? Level.INFO : Level.WARN);
        var toFile = new FileAppender<ILoggingEvent>();
        toFile.setFile(file.toString());
        toFile.setAppend(false);
        start(context, toFile);
        // Kafka complains of much that is as it should be in a system of one broker; it is in the file.
        addStandardError(context, verbose ? Level.INFO : Level.WARN, verbose ? Level.INFO : Level.OFF);
    }

    private static LoggerContext fresh() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        return context;
    }

    private static ch.qos.logback.classic.Logger root(LoggerContext context) {
        return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static void addStandardError(LoggerContext context, Level ours, Level others) {
        var appender = new ConsoleAppender<ILoggingEvent>();
        appender.setTarget("System.err");
        appender.addFilter(new Filter<>() {
            @Override
            public FilterReply decide(ILoggingEvent event) {
                Level least = event.getLoggerName().startsWith(OURS) ? ours : others;
                return event.getLevel().isGreaterOrEqual(least) ? FilterReply.NEUTRAL : FilterReply.DENY;
            }
        });
        start(context, appender);
    }

    private static void start(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        root(context).addAppender(appender);
    }
}
