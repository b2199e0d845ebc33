package io.darkroom.planner;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.Plan;
import java.util.List;

/** What became of a valid request when the catalogue was asked. */
public sealed interface Planning {
    /** Every stage has a model that can run it. */
    record Planned(Plan plan) implements Planning {}

    /** Refused, with every fault that was found; the code is the first one's. */
    record Refused(ErrorCode code, List<Fault> faults) implements Planning {
        public Refused {
            faults = List.copyOf(faults);
        }
    }
}
