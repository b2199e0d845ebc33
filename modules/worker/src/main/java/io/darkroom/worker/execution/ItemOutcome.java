package io.darkroom.worker.execution;

import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkFailed;

/** How an attempt ended on this worker. */
sealed interface ItemOutcome {

    /** Everything is written; the router is to be told. */
    record Done(WorkDone event) implements ItemOutcome {}

    /** There will be no pictures from this attempt; the router is to be told. */
    record Failed(WorkFailed event) implements ItemOutcome {}

    /** Another worker shall take the record; nothing is to be told. */
    record HandedBack(String reason) implements ItemOutcome {}
}
