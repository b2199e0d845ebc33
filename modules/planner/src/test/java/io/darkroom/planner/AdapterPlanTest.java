package io.darkroom.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.wire.Adapters;
import io.darkroom.contract.wire.Lora;
import io.darkroom.contract.wire.TextualInversion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdapterPlanTest {
    private final Catalogue catalogue = Catalogue.of(Map.of(
            "sd",
            Requests.entry(Family.STABLE_DIFFUSION, "sd", "cpu", "a", StageKind.TEXT2IMG)
                    .textWidths(List.of(768))
                    .build(),
            "xl",
            Requests.entry(Family.STABLE_DIFFUSION_XL, "xl", "cpu", "b", StageKind.TEXT2IMG)
                    .textWidths(List.of(768, 1280))
                    .build(),
            "cat",
            adapter("cat", Family.TEXTUAL_INVERSION, "cpu", 768),
            "far",
            adapter("far", Family.TEXTUAL_INVERSION, "gpu", 768),
            "style",
            adapter("style", Family.LORA, "cpu", 768),
            "xl-style",
            adapter("xl-style", Family.LORA, "cpu", 2048)));

    @Test
    void adaptersArePinnedInTheirOrder() {
        Adapters adapters = ((Planning.Planned) plan(
                        "sd", "\"textual_inversions\": [\"cat\"], \"loras\": [{\"model\": \"style\", \"scale\": 0.8}]"))
                .plan()
                .getItems(0)
                .getStages(0)
                .getWork()
                .getAdapters();

        assertThat(adapters)
                .isEqualTo(Adapters.newBuilder()
                        .addInversions(TextualInversion.newBuilder()
                                .setModel("cat")
                                .setModelDigest("c".repeat(64))
                                .setToken("<cat>"))
                        .addLoras(Lora.newBuilder()
                                .setModel("style")
                                .setModelDigest("s".repeat(64))
                                .setScale(0.8))
                        .build());
    }

    @Test
    void whatWasMadeForAnotherModelIsRefusedByName() {
        Planning.Refused refused = (Planning.Refused) plan(
                "xl",
                "\"textual_inversions\": [\"cat\", \"style\", \"none\"], \"loras\": [{\"model\": \"style\"},"
                        + " {\"model\": \"xl-style\"}]");

        assertThat(refused.faults())
                .contains(
                        new Fault(
                                "stages[0].textual_inversions[0]",
                                "cat was made for texts of width 768; xl has 768 and 1280"),
                        new Fault("stages[0].textual_inversions[1]", "style is no textual inversion"),
                        new Fault("stages[0].loras[0].model", "style was made for texts of width 768; xl has 2048"))
                .extracting(Fault::path)
                .containsExactly(
                        "stages[0].textual_inversions[0]",
                        "stages[0].textual_inversions[1]",
                        "stages[0].textual_inversions[2]",
                        "stages[0].loras[0].model");
    }

    @Test
    void anAdapterOfAnotherPoolIsRefused() {
        Planning.Refused refused = (Planning.Refused) plan("sd", "\"textual_inversions\": [\"far\"]");

        assertThat(refused.faults())
                .containsExactly(new Fault(
                        "stages[0].textual_inversions[0]",
                        "far is served by the pool gpu, sd by the pool cpu; both must be in one, since one worker runs"
                                + " them together"));
    }

    private Planning plan(String model, String fields) {
        String stage = "{\"kind\": \"text2img\", \"model\": \"%s\", \"prompt\": \"p\", %s}".formatted(model, fields);
        return Planner.plan(Requests.job(stage), catalogue);
    }

    private static ModelEntry adapter(String name, Family family, String pool, int width) {
        Optional<String> token = family == Family.TEXTUAL_INVERSION ? Optional.of("<" + name + ">") : Optional.empty();
        return ModelEntry.of(family, name, name.substring(0, 1).repeat(64), pool)
                .token(token)
                .textWidths(List.of(width))
                .build();
    }
}
