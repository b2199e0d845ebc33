package io.darkroom.inference.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A ControlNet on disk as {@code python -m export} writes it: one network, {@code controlnet/model.onnx}, with its
 * configuration. It runs no stage itself; a stage of a model with the same {@link ResidualShape} may name it.
 */
public final class ControlNetFolder extends PartFolder {
    static final String FOLDER = "controlnet";

    private final Component network;
    private final ResidualShape residuals;
    private final int pixelsPerLatent;
    private final boolean globalPool;

    private ControlNetFolder(Path path) throws ModelException {
        super(path);
        JsonFields config = JsonFields.read(files(), FOLDER + "/config.json");
        this.residuals = ResidualShape.read(config);
        this.pixelsPerLatent =
                1 << (config.length("conditioning_embedding_out_channels").orElse(4) - 1);
        this.globalPool = config.flag("global_pool_conditions", false);
        this.network = Component.open(files(), FOLDER);
        network.requireFloating(network.input("sample"));
        network.requireFloating(network.input("controlnet_cond"));
        network.input("timestep");
        network.input("encoder_hidden_states");
        for (String output : outputs()) {
            network.output(output);
        }
    }

    /**
     * Opens a folder.
     *
     * @throws ModelException naming the file at fault and what would be right
     */
    public static ControlNetFolder open(Path folder) throws ModelException {
        return new ControlNetFolder(folder);
    }

    /** Whether the folder is one, rather than a whole pipeline. */
    public static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(FOLDER).resolve("config.json"))
                && !Files.exists(folder.resolve("model_index.json"));
    }

    public Component network() {
        return network;
    }

    public ResidualShape residuals() {
        return residuals;
    }

    /** Of the picture that it is shown, in each direction. */
    public int pixelsPerLatent() {
        return pixelsPerLatent;
    }

    /** Whether its residuals are means over the picture; such a one guides only the rows with the prompt. */
    public boolean globalPool() {
        return globalPool;
    }

    /** The names of its outputs, one for each residual. */
    public List<String> outputs() {
        return IntStream.range(0, residuals.count())
                .mapToObj(i -> i == residuals.count() - 1 ? "mid_block_res_sample" : "down_block_res_sample_" + i)
                .toList();
    }

    @Override
    public String describe() {
        return "CONTROLNET";
    }
}
