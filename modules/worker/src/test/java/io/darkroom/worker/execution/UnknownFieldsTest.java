package io.darkroom.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import io.darkroom.contract.wire.Prompt;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.WorkStage;
import org.junit.jupiter.api.Test;

class UnknownFieldsTest {

    private static final UnknownFieldSet NEWER = UnknownFieldSet.newBuilder()
            .addField(1000, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();

    private static final Prompt PROMPT =
            Prompt.newBuilder().setPrompt("a red fox").build();

    @Test
    void workThatThisVersionKnowsHasNone() {
        assertThat(UnknownFields.decideThePicture(item(WorkStage.newBuilder().setPrompt(PROMPT))))
                .isFalse();
    }

    @Test
    void oneAnywhereInAStageIsFound() {
        Prompt newer = PROMPT.toBuilder().setUnknownFields(NEWER).build();

        assertThat(UnknownFields.decideThePicture(item(WorkStage.newBuilder().setPrompt(newer))))
                .isTrue();
        assertThat(UnknownFields.decideThePicture(item(WorkStage.newBuilder().setUnknownFields(NEWER))))
                .isTrue();
    }

    @Test
    void oneInAnInputIsFound() {
        WorkItem item = WorkItem.newBuilder()
                .addInputs(WorkInput.newBuilder().setUnknownFields(NEWER))
                .build();

        assertThat(UnknownFields.decideThePicture(item)).isTrue();
    }

    @Test
    void whatIsForDispatchOnlyDecidesNothing() {
        WorkItem item = item(WorkStage.newBuilder().setPrompt(PROMPT)).toBuilder()
                .setUnknownFields(NEWER)
                .build();

        assertThat(UnknownFields.decideThePicture(item)).isFalse();
    }

    private static WorkItem item(WorkStage.Builder stage) {
        return WorkItem.newBuilder().addStages(stage).build();
    }
}
