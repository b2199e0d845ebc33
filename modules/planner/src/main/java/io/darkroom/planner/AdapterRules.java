package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.ModelEntry.Family;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.AdapterOptions;
import io.darkroom.contract.request.AdapterOptions.LoraUse;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.wire.Adapters;
import io.darkroom.contract.wire.Lora;
import io.darkroom.contract.wire.TextualInversion;
import io.darkroom.planner.UpscaleRules.Report;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which textual inversions and LoRAs go with which model. */
final class AdapterRules {
    private static final Set<Family> TAKE_ADAPTERS = Set.of(
            Family.STABLE_DIFFUSION,
            Family.STABLE_DIFFUSION_INPAINTING,
            Family.STABLE_DIFFUSION_XL,
            Family.STABLE_DIFFUSION_XL_REFINER);

    private AdapterRules() {}

    /** The adapters of a stage, pinned; without those that cannot be used, which are reported. */
    static Adapters adapters(ValidStage stage, ModelEntry model, Catalogue catalogue, Report report) {
        AdapterOptions options = stage.adapters();
        Adapters.Builder adapters = Adapters.newBuilder();
        for (int i = 0; i < options.inversions().size(); i++) {
            String field = AdapterOptions.inversionField(i);
            find(stage, field, options.inversions().get(i), Family.TEXTUAL_INVERSION, model, catalogue, report)
                    .ifPresent(entry -> adapters.addInversions(TextualInversion.newBuilder()
                            .setModel(entry.name())
                            .setModelDigest(entry.digest())
                            .setToken(entry.token().orElseThrow())));
        }
        for (int i = 0; i < options.loras().size(); i++) {
            LoraUse use = options.loras().get(i);
            find(stage, AdapterOptions.loraField(i), use.model(), Family.LORA, model, catalogue, report)
                    .ifPresent(entry -> adapters.addLoras(Lora.newBuilder()
                            .setModel(entry.name())
                            .setModelDigest(entry.digest())
                            .setScale(use.scale())));
        }
        return adapters.build();
    }

    private static Optional<ModelEntry> find(
            ValidStage stage,
            String field,
            String name,
            Family family,
            ModelEntry model,
            Catalogue catalogue,
            Report report) {
        Optional<ModelEntry> entry = Suitability.find(name, stage.path(field), catalogue, report);
        Optional<String> misfit = entry.flatMap(known -> misfit(known, family, model));
        misfit.ifPresent(problem -> report.fault(ErrorCode.UNSUITABLE_MODEL, stage.path(field), problem));
        return entry.filter(known -> misfit.isEmpty());
    }

    private static Optional<String> misfit(ModelEntry adapter, Family family, ModelEntry model) {
        String word = family == Family.LORA ? "LoRA" : "textual inversion";
        if (adapter.family() != family) {
            return Optional.of(adapter.name() + " is no " + word);
        }
        if (!TAKE_ADAPTERS.contains(model.family())) {
            return Optional.of(model.name() + " takes none; a " + word + " goes with Stable Diffusion and SDXL models");
        }
        if (!adapter.pool().equals(model.pool())) {
            return Optional.of(Suitability.otherPool(adapter, model));
        }
        List<Integer> expected = family == Family.LORA ? sum(model.textWidths()) : model.textWidths();
        if (!adapter.textWidths().isEmpty() && !expected.isEmpty() && !fits(adapter.textWidths(), expected, family)) {
            return Optional.of(adapter.name() + " was made for texts of width " + joined(adapter.textWidths()) + "; "
                    + model.name() + " has " + joined(expected));
        }
        return Optional.empty();
    }

    /** SDXL's refiner has the second encoder only, which inversions of SDXL know too. */
    private static boolean fits(List<Integer> widths, List<Integer> expected, Family family) {
        return widths.equals(expected) || (family == Family.TEXTUAL_INVERSION && widths.containsAll(expected));
    }

    /** A UNet reads the states of all encoders side by side. */
    private static List<Integer> sum(List<Integer> widths) {
        return widths.isEmpty()
                ? widths
                : List.of(widths.stream().mapToInt(Integer::intValue).sum());
    }

    private static String joined(List<Integer> widths) {
        return String.join(" and ", widths.stream().map(String::valueOf).toList());
    }
}
