package io.darkroom.inference.model;

import io.darkroom.inference.onnx.ElementType;
import io.darkroom.inference.onnx.OnnxFormatException;
import io.darkroom.inference.onnx.OnnxGraph;
import io.darkroom.inference.onnx.TensorPort;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One network of a model: its file, checked but not loaded.
 *
 * @param name the folder it lies in ({@code unet})
 * @param file the ONNX file
 * @param graph what the file says about itself
 */
public record Component(String name, Path file, OnnxGraph graph) {
    static final String FILE = "model.onnx";

    /** Reads {@code name/model.onnx} and checks every side file that it names. */
    static Component open(FolderFiles folder, String name) throws ModelException {
        String relative = name + "/" + FILE;
        Path file = folder.file(relative);
        try {
            OnnxGraph graph = OnnxGraph.read(file);
            for (String sideFile : graph.sideFiles()) {
                folder.file(name + "/" + sideFile);
            }
            return new Component(name, file, graph);
        } catch (OnnxFormatException | IOException e) {
            throw new ModelException(relative + ": cannot be read as an ONNX model: " + e.getMessage(), e);
        }
    }

    /** The input of this name, or an error that lists what there is. */
    public TensorPort input(String portName) throws ModelException {
        return graph.input(portName)
                .orElseThrow(() -> new ModelException(name
                        + "/"
                        + FILE
                        + ": has no input "
                        + portName
                        + ", only "
                        + graph.inputs().stream().map(TensorPort::name).toList()));
    }

    /** The output of this name, or an error that lists what there is. */
    public TensorPort output(String portName) throws ModelException {
        return graph.output(portName)
                .orElseThrow(() -> new ModelException(name
                        + "/"
                        + FILE
                        + ": has no output "
                        + portName
                        + ", only "
                        + graph.outputs().stream().map(TensorPort::name).toList()));
    }

    void requireFloating(TensorPort port) throws ModelException {
        if (!port.type().isFloating()) {
            throw new ModelException(name
                    + "/"
                    + FILE
                    + ": "
                    + port.name()
                    + " holds "
                    + port.type()
                    + "; it must hold "
                    + ElementType.FLOAT
                    + " or "
                    + ElementType.FLOAT16);
        }
    }
}
