package io.darkroom.contract.request;

import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.Priority;
import java.util.List;

/** What became of the bytes of a control record. */
public sealed interface ParsedControl {
    /** End this job; {@code reason} may be empty. */
    record Cancel(String tenant, String id, String reason) implements ParsedControl {}

    /** Give what still waits of this job another priority. */
    record Reprioritise(String tenant, String id, Priority priority) implements ParsedControl {}

    /** End every job that this tenant has submitted so far. */
    record CancelTenant(String tenant, String reason) implements ParsedControl {}

    /** Run this job again, which failed or expired. */
    record Replay(String tenant, String id, Priority priority) implements ParsedControl {}

    /** Refused, with every fault that was found. */
    record Refused(ErrorCode code, List<Fault> faults) implements ParsedControl {}
}
