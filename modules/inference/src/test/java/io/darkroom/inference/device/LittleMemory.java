package io.darkroom.inference.device;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.TestModels;
import io.darkroom.inference.batch.DenoisingTask;
import io.darkroom.inference.batch.StepPlan;
import io.darkroom.inference.batch.UNet;
import io.darkroom.inference.batch.UNetRows;
import io.darkroom.inference.model.ModelFolder;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * A process whose address space may hardly grow any more: ONNX Runtime's own allocations fail in it. Prints what became of a task, and
 * the rows of its calls.
 */
final class LittleMemory {
    private static final int RLIMIT_AS = 9;

    private LittleMemory() {}

    /**
     * @param arguments side of the latents; rows; mebibytes that the process may still take; {@code idle} to let the VAE take some
     *     before, which it keeps
     */
    public static void main(String[] arguments) throws Throwable {
        int side = Integer.parseInt(arguments[0]);
        int rows = Integer.parseInt(arguments[1]);
        ModelFolder model = TestModels.open();
        try (Device device = Device.open(DeviceConfig.cpu().withMaxRows(64))) {
            UNet unet = device.networks(model).unet();
            int width = (int) model.unet().input("encoder_hidden_states").dimension(2);
            device.join(new Steps(unet, 1, 8, width)).get();
            if (arguments.length > 3) {
                device.networks(model).vaeDecoder().run(Tensor.zeros(1, 4, 64, 64));
            }
            limitAddressSpace(Long.parseLong(arguments[2]) << 20);
            var counted = new Counted(unet);
            var steps = new Steps(counted, rows, side, width);
            try {
                device.join(steps).get();
                System.out.println("done " + steps.finite + " " + counted.rows + " open " + device.openNetworks());
            } catch (ExecutionException e) {
                System.out.println("failed " + ((DeviceException) e.getCause()).kind() + " " + counted.rows);
            }
        }
    }

    /** setrlimit(2), for what this process has and so many bytes more. */
    private static void limitAddressSpace(long more) throws Throwable {
        long pages =
                Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[0]);
        Linker linker = Linker.nativeLinker();
        var setrlimit = linker.downcallHandle(
                linker.defaultLookup().find("setrlimit").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(ValueLayout.JAVA_LONG, 2);
            limit.setAtIndex(ValueLayout.JAVA_LONG, 0, pages * 4096 + more);
            limit.setAtIndex(ValueLayout.JAVA_LONG, 1, pages * 4096 + more);
            if ((int) setrlimit.invokeExact(RLIMIT_AS, limit) != 0) {
                throw new IllegalStateException("setrlimit failed");
            }
        }
    }

    private static final class Counted implements UNet {
        private final UNet real;
        private final List<Integer> rows = new ArrayList<>();

        Counted(UNet real) {
            this.real = real;
        }

        @Override
        public boolean takesTimestepPerRow() {
            return real.takesTimestepPerRow();
        }

        @Override
        public Tensor predict(StepPlan plan) throws DeviceException {
            rows.add(plan.rows());
            return real.predict(plan);
        }
    }

    /** Two steps of latents that are all one. */
    private static final class Steps implements DenoisingTask {
        private final UNet unet;
        private final int rows;
        private final int side;
        private final int width;
        private int done;
        private boolean finite = true;

        Steps(UNet unet, int rows, int side, int width) {
            this.unet = unet;
            this.rows = rows;
            this.side = side;
            this.width = width;
        }

        @Override
        public UNetRows next() {
            return new UNetRows(
                    unet,
                    Tensor.zeros(rows, 4, side, side).map(value -> 1),
                    500,
                    Map.of("encoder_hidden_states", Tensor.zeros(rows, 77, width)));
        }

        @Override
        public void accept(Tensor prediction, long deviceNanos) {
            finite &= prediction.isFinite() && prediction.rows() == rows;
            done++;
        }

        @Override
        public boolean finished() {
            return done == 2;
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    }
}
