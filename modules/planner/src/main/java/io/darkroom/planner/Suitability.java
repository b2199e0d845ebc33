package io.darkroom.planner;

import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.Fault;
import io.darkroom.contract.request.ValidStage;
import io.darkroom.contract.request.ValidStage.Operation;
import io.darkroom.contract.wire.Adapters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rules of a request that only the catalogue can judge. */
final class Suitability {
    /** A result names every picture, and must stay well below the largest record. */
    static final int MAX_PUBLISHED_IMAGES = 256;

    private static final int NAMES_IN_A_MESSAGE = 20;

    /** What a pool is called where nobody chose a name. */
    private static final String USUAL_POOL = "default";

    private final Catalogue catalogue;
    private final List<Fault> faults = new ArrayList<>();
    private Optional<ErrorCode> code = Optional.empty();

    Suitability(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** The stages with the kinds that their models decide. */
    List<ValidStage> resolved(List<ValidStage> stages) {
        return AutoStages.resolved(stages, catalogue, this::add);
    }

    /**
     * The model of each stage that needs one, unless one is missing or unsuitable: then {@link #refusal} is there.
     */
    StageModels modelsOf(List<ValidStage> stages) {
        Map<Integer, ModelEntry> found = new HashMap<>();
        Map<Integer, List<ModelEntry>> controlNets = new HashMap<>();
        Map<Integer, Adapters> adapters = new HashMap<>();
        List<ValidStage> inNeed =
                stages.stream().filter(stage -> stage.kind().needsModel()).toList();
        for (ValidStage stage : inNeed) {
            find(stage.model(), stage.path("model"), catalogue, this::add).ifPresent(model -> {
                found.put(stage.position(), model);
                check(stage, model);
                controlNets.put(stage.position(), ControlRules.controlNets(stages, stage, model, catalogue, this::add));
                if (!stage.adapters().isEmpty()) {
                    adapters.put(stage.position(), AdapterRules.adapters(stage, model, catalogue, this::add));
                }
            });
        }
        StageModels models = new StageModels(found, controlNets, adapters, poolForNoModel());
        if (found.size() == inNeed.size()) {
            XlRules.checkHandovers(stages, models, this::add);
        }
        if (inNeed.isEmpty() && models.anyPool().isEmpty()) {
            add(
                    ErrorCode.UNKNOWN_MODEL,
                    "stages",
                    "none has a model, and the catalogue is empty, so there is no pool to run them: import a model"
                            + " first");
        }
        checkPublished(stages);
        return models;
    }

    /** Any worker can put images together: the usual pool if models say that there is one, else that of the first by name. */
    private Optional<String> poolForNoModel() {
        return catalogue.names(NAMES_IN_A_MESSAGE).stream()
                .flatMap(name -> catalogue.find(name).stream())
                .map(ModelEntry::pool)
                .min(Comparator.comparing(pool -> !pool.equals(USUAL_POOL)));
    }

    private void check(ValidStage stage, ModelEntry model) {
        checkKind(stage, model);
        checkSize(stage, model);
        InpaintRules.check(stage, model, this::add);
        UpscaleRules.check(stage, model, this::add);
        XlRules.check(stage, model, this::add);
        KandinskyRules.check(stage, model, this::add);
        SamplerRules.check(stage, model, this::add);
    }

    Optional<Planning.Refused> refusal() {
        return code.map(first -> new Planning.Refused(first, faults));
    }

    /** What the catalogue has under the name; reported where it has nothing. */
    static Optional<ModelEntry> find(String name, String path, Catalogue catalogue, UpscaleRules.Report report) {
        Optional<ModelEntry> entry = catalogue.find(name);
        if (entry.isEmpty()) {
            List<String> names = catalogue.names(NAMES_IN_A_MESSAGE);
            String known = names.isEmpty() ? "the catalogue is empty" : "there are " + String.join(", ", names);
            report.fault(ErrorCode.UNKNOWN_MODEL, path, name + " is not in the catalogue; " + known);
        }
        return entry;
    }

    /** Of a part that a stage names beside its model. */
    static String otherPool(ModelEntry part, ModelEntry model) {
        return part.name() + " is served by the pool " + part.pool() + ", " + model.name() + " by the pool "
                + model.pool() + "; both must be in one, since one worker runs them together";
    }

    private void checkKind(ValidStage stage, ModelEntry model) {
        if (!model.kinds().contains(stage.kind())) {
            String kinds = model.kinds().stream().map(StageKind::wireName).collect(Collectors.joining(", "));
            add(
                    ErrorCode.UNSUITABLE_MODEL,
                    stage.path("model"),
                    model.name() + " cannot run " + stage.kind().wireName() + "; it runs "
                            + (kinds.isEmpty() ? "no stage by itself" : kinds));
        }
    }

    private void checkSize(ValidStage stage, ModelEntry model) {
        switch (stage.operation()) {
            case Operation.Text2Img(var width, var height) -> checkSize(stage, width, height, model);
            case Operation.Inpaint inpaint -> checkSize(stage, inpaint.width(), inpaint.height(), model);
            case Operation.Img2Img _,
                    Operation.Upscale _,
                    Operation.Grid _,
                    Operation.Animation _,
                    Operation.Canny _,
                    Operation.Prior _,
                    Operation.Depth _ -> {} // their input's size is not known yet
        }
    }

    private void checkSize(ValidStage stage, Optional<Integer> width, Optional<Integer> height, ModelEntry model) {
        width.ifPresent(pixels -> checkMultiple(stage, "width", pixels, model));
        height.ifPresent(pixels -> checkMultiple(stage, "height", pixels, model));
    }

    /** Kandinsky's pipelines round what does not fit. */
    private void checkMultiple(ValidStage stage, String field, int pixels, ModelEntry model) {
        int multiple = model.sizeMultiple();
        if (pixels % multiple != 0 && !KandinskyRules.isKandinsky(model)) {
            int below = pixels / multiple * multiple;
            add(
                    ErrorCode.UNSUITABLE_MODEL,
                    stage.path(field),
                    pixels
                            + " is not a multiple of "
                            + multiple
                            + ", which "
                            + model.name()
                            + " needs; "
                            + (below == 0 ? "" : below + " or ")
                            + (below + multiple)
                            + " would be");
        }
    }

    private void checkPublished(List<ValidStage> stages) {
        int published = stages.stream()
                .filter(ValidStage::publish)
                .mapToInt(ValidStage::images)
                .sum();
        if (published > MAX_PUBLISHED_IMAGES) {
            add(
                    ErrorCode.INVALID_REQUEST,
                    "stages",
                    "the job would publish "
                            + published
                            + " pictures; at most "
                            + MAX_PUBLISHED_IMAGES
                            + " are allowed");
        }
    }

    private void add(ErrorCode errorCode, String path, String message) {
        code = code.or(() -> Optional.of(errorCode));
        faults.add(new Fault(path, message));
    }
}
