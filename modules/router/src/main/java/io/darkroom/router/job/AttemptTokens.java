package io.darkroom.router.job;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;

/**
 * What only the worker knows that was given an attempt: its events repeat it, so that nobody else can report for it. Given to
 * {@link JobMachine} from outside, because a decision draws no random numbers itself.
 */
@FunctionalInterface
public interface AttemptTokens {
    /** Nobody guesses as many bits, however often he tries. */
    int BYTES = 16;

    /** For one new attempt; never empty, and never the same again. */
    ByteString next();

    /** Of the operating system's random numbers. */
    static AttemptTokens random() {
        SecureRandom random = new SecureRandom();
        return () -> {
            byte[] token = new byte[BYTES];
            random.nextBytes(token);
            return ByteString.copyFrom(token);
        };
    }
}
