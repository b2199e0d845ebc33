package io.darkroom.router.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.wire.Inpaint;
import io.darkroom.contract.wire.ItemSource;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.Prompt;
import io.darkroom.contract.wire.PromptEmbeds;
import io.darkroom.contract.wire.WorkStage;
import io.darkroom.contract.wire.router.JobEvent;
import io.darkroom.contract.wire.router.JobSubmitted;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the servers of a tenant's inputs may send a worker on to. */
class RedirectPrefixesTest {
    private static final List<String> OWN = List.of("https://pictures.example/a/", "https://pictures.example/b/");

    @Test
    void aWorkItemThatFetchesIsToldTheTenantsPrefixes() {
        assertThat(prefixes("https://pictures.example/a/x.png", WorkStage.newBuilder()))
                .isEqualTo(OWN);
        assertThat(prefixes(
                        "s3://in/x.png",
                        WorkStage.newBuilder()
                                .setInpaint(Inpaint.newBuilder().setMaskUri("https://pictures.example/a/m.png"))))
                .isEqualTo(OWN);
        assertThat(prefixes(
                        "s3://in/x.png",
                        WorkStage.newBuilder()
                                .setPrompt(Prompt.newBuilder()
                                        .setEmbeds(PromptEmbeds.newBuilder()
                                                .setNegativePooledPromptUri("https://pictures.example/a/e")))))
                .isEqualTo(OWN);
    }

    @Test
    void oneThatDoesNotFetchNeedsNone() {
        assertThat(prefixes("s3://in/x.png", WorkStage.newBuilder())).isEmpty();
    }

    private static List<String> prefixes(String input, WorkStage.Builder stage) {
        PlannedItem.Builder item = PlannedItem.newBuilder()
                .setPool("cpu")
                .addSources(ItemSource.newBuilder().setImageUri(input))
                .addStages(PlannedStage.newBuilder()
                        .setImages(1)
                        .setWork(stage.setId("s").setPublish(true)));
        JobEvent submitted = JobEvent.newBuilder()
                .setTenant("t")
                .setId("j")
                .setSubmitted(JobSubmitted.newBuilder()
                        .setDeadlineMillis(Events.DEADLINE.toMillis())
                        .setPlan(Plan.newBuilder()
                                .setOutputUri("s3://renders/j/")
                                .addItems(item)))
                .build();
        return History.of(submitted).wanted().getFirst().getRedirectPrefixesList();
    }
}
