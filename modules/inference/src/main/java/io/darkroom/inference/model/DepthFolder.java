package io.darkroom.inference.model;

import io.darkroom.inference.onnx.TensorPort;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A depth estimator on disk as {@code python -m export} writes it: one network, {@code depth_estimator/model.onnx}, and how its
 * pictures are prepared.
 */
public final class DepthFolder extends PartFolder {
    private static final String FOLDER = "depth_estimator";
    private static final String PREPARATION = FOLDER + "/preprocessor_config.json";

    private final Component network;
    private final DepthPreparation preparation;

    private DepthFolder(Path path) throws ModelException {
        super(path);
        this.preparation = DepthPreparation.read(files(), PREPARATION);
        this.network = Component.open(files(), FOLDER);
        network.requireFloating(network.input("pixel_values"));
        network.requireFloating(network.output("predicted_depth"));
    }

    /**
     * Opens a folder.
     *
     * @throws ModelException naming the file at fault and what would be right
     */
    public static DepthFolder open(Path folder) throws ModelException {
        return new DepthFolder(folder);
    }

    /** Whether the folder is one, rather than a whole pipeline. */
    public static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(PREPARATION)) && !Files.exists(folder.resolve("model_index.json"));
    }

    public Component network() {
        return network;
    }

    public DepthPreparation preparation() {
        return preparation;
    }

    /** The only height that the network takes, or -1 if it takes any. */
    public int fixedHeight() {
        return (int) pixels().dimension(2);
    }

    /** The only width that the network takes, or -1 if it takes any. */
    public int fixedWidth() {
        return (int) pixels().dimension(3);
    }

    private TensorPort pixels() {
        return network.graph().input("pixel_values").orElseThrow();
    }

    @Override
    public String describe() {
        return "DEPTH_ESTIMATOR";
    }
}
