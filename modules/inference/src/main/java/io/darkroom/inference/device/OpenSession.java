package io.darkroom.inference.device;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.List;

/**
 * A network in memory.
 *
 * @param weights that the session was given and reads where they lie; closed after it
 */
record OpenSession(OrtSession session, List<OnnxTensor> weights) implements AutoCloseable {

    /** May take seconds, and may be done again after the session was closed. */
    interface Opening {
        OpenSession open() throws DeviceException;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("a session cannot be closed", e);
        }
        weights.forEach(OnnxTensor::close);
    }
}
