package io.darkroom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A command that dies, in the frame of the real ones. */
public final class Dying {
    private Dying() {}

    public static void main(String[] arguments) {
        CommandLine commands = Darkroom.commandLine().addSubcommand("die", new Die(arguments[0], arguments[1]));
        Darkroom.run(commands, "die");
    }

    /** Throws what it is named after, as it comes about in life. */
    @Command(name = "die")
    record Die(String fault, String thread) implements Callable<Integer> {
        @Override
        public Integer call() throws InterruptedException {
            if (thread.equals("main")) {
                die();
            } else {
                Thread dying = new Thread(this::die, "background");
                dying.start();
                dying.join();
            }
            return ExitCode.OK;
        }

        private void die() {
            switch (fault) {
                case "OutOfMemoryError" -> {
                    List<byte[]> full = new ArrayList<>();
                    while (true) {
                        full.add(new byte[1024]);
                    }
                }
                case "StackOverflowError" -> die();
                default ->
                    throw new NullPointerException(Optional.<String>empty().orElse(null));
            }
        }
    }
}
