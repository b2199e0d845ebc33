package io.darkroom.system.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process of the system, with its output in a file; it can be started again after its end. */
final class Child {

    private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);
    private static final Duration STOPS_WITHIN = Duration.ofMinutes(2);

    private final String name;
    private Command command;
    private final Path log;
    private Process process;

    /**
     * How the process is started.
     *
     * @param words the program and its arguments
     * @param environment beside this process's own
     * @param ready what the line starts with that the process prints when it serves
     */
    record Command(List<String> words, Map<String, String> environment, String ready) {}

    Child(String name, Command command, Path logs) {
        this.name = name;
        this.command = command;
        this.log = logs.resolve(name + ".log");
    }

    String name() {
        return name;
    }

    /** The next start is this command's: another version of the process. */
    void becomes(Command next) {
        command = next;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Starts without waiting; what is given back completes once the process serves. */
    CompletableFuture<Void> begin() {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command.words()).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(command.environment());
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var ready = new CompletableFuture<Void>();
        Process started = process;
        String readyLine = command.ready();
        Thread.ofVirtual().name(name + "-output").start(() -> read(started, readyLine, ready));
        return ready;
    }

    /** All at the same time. */
    static void startAll(List<Child> children) throws InterruptedException {
        List<CompletableFuture<Void>> ready =
                children.stream().map(Child::begin).toList();
        for (int i = 0; i < children.size(); i++) {
            children.get(i).await(ready.get(i));
        }
    }

    void start() throws InterruptedException {
        await(begin());
    }

    /** Waits until it serves; a process that ends before is started again, as an orchestrator does. */
    void await(CompletableFuture<Void> ready) throws InterruptedException {
        long end = System.nanoTime() + STARTS_WITHIN.toNanos();
        CompletableFuture<Void> start = ready;
        while (true) {
            try {
                start.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                return;
            } catch (ExecutionException e) {
                start = begin();
            } catch (TimeoutException e) {
                throw new IllegalStateException(name + " did not start; its log is " + log, e);
            }
        }
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, and waits for the orderly end. */
    void terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " was told to stop and runs still; its log is " + log);
        }
    }

    /** SIGSTOP: the process has no time any more, and its connections stay open. */
    void freeze() throws InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    void thaw() throws InterruptedException {
        signal("CONT");
    }

    /** A line on its standard input. */
    void tell(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) throws InterruptedException {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + signal + " of " + name + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Process started, String readyLine, CompletableFuture<Void> ready) {
        try (BufferedReader output = started.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                if (line.startsWith(readyLine)) {
                    ready.complete(null);
                }
            }
        } catch (IOException e) {
            // The process was killed.
        }
        ready.completeExceptionally(new IllegalStateException(name + " ended"));
    }
}
