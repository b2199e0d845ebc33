package io.darkroom.inference.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A ControlNet on disk as {@code python -m export} writes it: one network, {@code controlnet/model.onnx}, with its
 * configuration. It runs no stage itself; a stage of a model with the same {@link ResidualShape} may name it.
 */
public final class ControlNetFolder implements ServedModel {
    static final String FOLDER = "controlnet";

    private final Path path;
    private final Component network;
    private final ResidualShape residuals;
    private final int pixelsPerLatent;
    private final boolean globalPool;
    private final Digests digests;

    private ControlNetFolder(Path path) throws ModelException {
        this.path = path;
        FolderFiles files = new FolderFiles(path);
        this.digests = new Digests(files);
        JsonFields config = JsonFields.read(files, FOLDER + "/config.json");
        this.residuals = ResidualShape.read(config);
        this.pixelsPerLatent =
                1 << (config.length("conditioning_embedding_out_channels").orElse(4) - 1);
        this.globalPool = config.flag("global_pool_conditions", false);
        this.network = Component.open(files, FOLDER);
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
        try {
            return new ControlNetFolder(folder.toRealPath());
        } catch (IOException e) {
            throw new ModelException(folder + ": cannot be opened", e);
        }
    }

    /** Whether the folder is one, rather than a whole pipeline. */
    public static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(FOLDER).resolve("config.json"))
                && !Files.exists(folder.resolve("model_index.json"));
    }

    @Override
    public Path path() {
        return path;
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
    public String digest() throws ModelException {
        return digests.model();
    }

    @Override
    public void verify() throws ModelException {
        digests.verify();
    }

    @Override
    public String describe() {
        return "CONTROLNET";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ControlNetFolder folder && folder.path.equals(path);
    }

    @Override
    public int hashCode() {
        return Objects.hash(path);
    }

    @Override
    public String toString() {
        return "ControlNetFolder[" + path.getFileName() + "]";
    }
}
