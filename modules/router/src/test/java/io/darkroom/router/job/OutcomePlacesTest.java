package io.darkroom.router.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.LatentsArtifact;
import io.darkroom.contract.wire.StageReport;
import io.darkroom.contract.wire.WorkDone;
import io.darkroom.contract.wire.WorkInput;
import io.darkroom.contract.wire.WorkItem;
import io.darkroom.contract.wire.router.JobEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An outcome of the right attempt names files of that attempt, and no others. */
class OutcomePlacesTest {
    private static final String SHA256 = "c".repeat(64);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://renders/j/t/j/1/1/1/x.png",
                "s3://renders/j/",
                "s3://renders/j/t/j/1/1/1/",
                "s3://renders/j/t/j/1/1/1/SHA.png/more",
                "s3://renders/j/t/j/1/1/1/SHA.png?x=y",
                "s3://renders/j/t/j/1/1/1/other/SHA.png",
                "s3://renders/j/t/j/1/1/1/../1/SHA.png",
                "s3://renders/j/t/j/1/1/2/SHA.png",
                "s3://renders/j/t/j/1/2/1/SHA.png",
                "s3://renders/j/t/j/2/1/1/SHA.png",
                "s3://renders/j/t/other/1/1/1/SHA.png",
                "s3://renders/j/other/j/1/1/1/SHA.png",
                "s3://secrets/j/t/j/1/1/1/SHA.png",
                "https://thief.example/s3://renders/j/t/j/1/1/1/SHA.png"
            })
    void aPictureElsewhereIsNotTheJobs(String uri) {
        History job = History.of(Events.submitted(), Events.done(0, 1));

        job.then(image(uri.replace("SHA", SHA256)));

        assertThat(job.results()).isEmpty();
        assertThat(((JobState.Active) job.state).items().get(1)).isInstanceOf(ItemState.BackingOff.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://handover/t/j/1/0/2/SHA.safetensors",
                "s3://handover/t/other/1/0/1/SHA.safetensors",
                "s3://handover/other/j/1/0/1/SHA.safetensors",
                "s3://handover/t/kept/SHA/SHA.safetensors",
                "s3://handover/t/j/1/0/1/SHA.safetensors/t/j/1/0/1/x",
                "s3://handover/../t/j/1/0/1/SHA.safetensors",
                "https://thief.example/t/j/1/0/1/SHA.safetensors",
                "/t/j/1/0/1/SHA.safetensors"
            })
    void aFileElsewhereIsNotHandedOn(String uri) {
        for (boolean kept : new boolean[] {false, true}) {
            History job = History.of(Events.submitted());

            job.then(latents(uri.replace("SHA", SHA256), kept));

            assertThat(((JobState.Active) job.state).items().getFirst()).isInstanceOf(ItemState.BackingOff.class);
        }
    }

    @Test
    void aFileOfTheAttemptIsHandedOnWhereverWorkersKeepThem() {
        History job =
                History.of(Events.submitted(), latents("file:///srv/h/t/j/1/0/1/" + SHA256 + ".safetensors", false));

        assertThat(job.wanted()).extracting(WorkItem::getIndex).containsExactly(0, 1, 2);
    }

    @Test
    void aReportOfAStageThatIsNotTheWorkItemsOrComesTwiceIsNoOutcome() {
        for (int count : new int[] {1, 2}) {
            JobEvent.Builder event = Events.done(0, 1).toBuilder();
            for (int i = 0; i < count; i++) {
                event.getWorkBuilder()
                        .getDoneBuilder()
                        .addReports(StageReport.newBuilder().setStage(count == 1 ? "left" : "draft"));
            }
            History job = History.of(Events.submitted(), event.build());

            assertThat(((JobState.Active) job.state).items().getFirst()).isInstanceOf(ItemState.BackingOff.class);
        }
    }

    private static JobEvent image(String uri) {
        JobEvent.Builder event = Events.done(1, 1).toBuilder();
        event.getWorkBuilder()
                .getDoneBuilder()
                .getImagesBuilder(0)
                .getArtifactBuilder()
                .setUri(uri);
        return event.build();
    }

    private static JobEvent latents(String uri, boolean kept) {
        JobEvent.Builder event = Events.done(0, 1).toBuilder();
        WorkDone.Builder done = event.getWorkBuilder().getDoneBuilder();
        done.setHandover(
                0,
                WorkInput.newBuilder()
                        .setKept(kept)
                        .setLatents(LatentsArtifact.newBuilder()
                                .setArtifact(ArtifactPointer.newBuilder()
                                        .setUri(uri)
                                        .setSha256(SHA256)
                                        .setBytes(100))));
        return event.build();
    }
}
