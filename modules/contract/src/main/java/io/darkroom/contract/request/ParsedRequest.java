package io.darkroom.contract.request;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import java.util.List;
import java.util.stream.Collectors;

/** What became of the bytes of a request. */
public sealed interface ParsedRequest {
    /** Everything that can be judged without the catalogue is right. */
    record Accepted(ValidJob job) implements ParsedRequest {}

    /** Refused, with every fault that was found. */
    record Refused(Envelope envelope, ErrorCode code, List<Fault> faults) implements ParsedRequest {
        /** All faults in one text. */
        public String message() {
            return faults.stream().map(Fault::toString).collect(Collectors.joining("; "));
        }
    }
}
