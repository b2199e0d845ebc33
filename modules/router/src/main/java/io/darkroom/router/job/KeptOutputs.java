package io.darkroom.router.job;

import io.darkroom.contract.wire.router.KeptRecord;
import java.util.Optional;

/** What work items of earlier runs and other jobs kept; to be read while deciding. What is not found is made again. */
public interface KeptOutputs {
    /** Nothing is kept. */
    KeptOutputs NONE = (_, _) -> Optional.empty();

    /**
     * @param name of {@link io.darkroom.planner.KeptNames}
     */
    Optional<KeptRecord> find(String tenant, String name);
}
