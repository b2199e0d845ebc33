package io.darkroom.worker;

import io.darkroom.contract.wire.WorkStage;
import io.darkroom.inference.device.DeviceConfig;
import io.darkroom.inference.model.ModelException;
import io.darkroom.inference.model.ModelFolder;
import java.nio.file.Path;

/** The bundled model that the tests of this module run for real. */
final class TestModel {

    private static final Path BUNDLED = Path.of(System.getProperty("darkroom.models", "../models/target/bundled"));

    private TestModel() {}

    static Path folder() {
        return BUNDLED.resolve("tiny-emoji");
    }

    static String digest() {
        try {
            return ModelFolder.open(folder()).digest();
        } catch (ModelException e) {
            throw new AssertionError(e);
        }
    }

    /** One thread: the tests share the machine with a broker. */
    static DeviceConfig device() {
        return new DeviceConfig(new DeviceConfig.Provider.Cpu(), 1, 8);
    }

    static WorkStage.Builder stage(String id) {
        return WorkStage.newBuilder().setId(id).setModel("tiny-emoji").setModelDigest(digest());
    }
}
