package io.darkroom.router.ingress;

import com.google.protobuf.ByteString;
import io.darkroom.contract.wire.AttemptKey;
import io.darkroom.contract.wire.JobKey;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the name of an attempt must look like for its events to find their job. */
final class AttemptForm {
    /** As requests are allowed to name them; a job's name is the key of its events. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");

    private static final Pattern POOL = Pattern.compile("|[a-z0-9][a-z0-9-]{0,62}");
    private static final int MAX_TOKEN_BYTES = 64;

    private AttemptForm() {}

    static Optional<String> faultOf(AttemptKey attempt, String pool, ByteString token) {
        if (attempt.getJob().getRun() < 1 || attempt.getAttempt() < 1 || attempt.getIndex() < 0) {
            return Optional.of("attempt: run and attempt count from 1, index from 0; they are "
                    + attempt.getJob().getRun() + ", " + attempt.getAttempt() + ", " + attempt.getIndex());
        }
        if (!POOL.matcher(pool).matches()) {
            return Optional.of("pool must match " + POOL);
        }
        if (token.size() > MAX_TOKEN_BYTES) {
            return Optional.of(
                    "token: it has " + token.size() + " bytes; at most " + MAX_TOKEN_BYTES + " are possible");
        }
        return faultOf(attempt.getJob());
    }

    static Optional<String> faultOf(JobKey job) {
        return NAME.matcher(job.getTenant()).matches()
                        && NAME.matcher(job.getId()).matches()
                ? Optional.empty()
                : Optional.of("job: tenant and id must match " + NAME);
    }
}
