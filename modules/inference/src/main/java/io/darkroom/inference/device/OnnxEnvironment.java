package io.darkroom.inference.device;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/**
 * The only way to ONNX Runtime: its library is loaded here, with telemetry off.
 *
 * <p>ONNX Runtime 1.29 on Linux and macOS starts an uploader when its library is loaded: ten seconds later it asks for
 * the address of a telemetry host, and it leaves a device id and a database in the user's folder. {@link
 * OrtEnvironment#setTelemetry} comes too late and changes none of it; only the variable does (onnxruntime {@code
 * docs/Privacy.md}), and it has to be set before the library is loaded.
 */
public final class OnnxEnvironment {
    private static final String SWITCH = "ORT_DISABLE_TELEMETRY";

    private OnnxEnvironment() {}

    public static OrtEnvironment get() {
        return Loaded.ENVIRONMENT;
    }

    /** Closed by the caller. To make options loads the library, too. */
    public static OrtSession.SessionOptions options() throws OrtException {
        get();
        return new OrtSession.SessionOptions();
    }

    private static final class Loaded {
        static final OrtEnvironment ENVIRONMENT = load();

        private static OrtEnvironment load() {
            switchTelemetryOff();
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try {
                // for what a library of another platform counts beside
                environment.setTelemetry(false);
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime's telemetry cannot be switched off", e);
            }
            return environment;
        }

        /** Java cannot change its own environment; the C library can, and native code reads that one. */
        private static void switchTelemetryOff() {
            Linker linker = Linker.nativeLinker();
            FunctionDescriptor signature = FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
            try (Arena arena = Arena.ofConfined()) {
                int failure = (int) linker.downcallHandle(linker.defaultLookup().findOrThrow("setenv"), signature)
                        .invokeExact(arena.allocateFrom(SWITCH), arena.allocateFrom("1"), 1);
                if (failure != 0) {
                    throw new IllegalStateException(SWITCH + " cannot be set");
                }
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(SWITCH + " cannot be set", e);
            }
        }
    }
}
