package io.darkroom.inference.batch;

import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.inference.device.DeviceException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Decides before every UNet call whose rows go into it, and makes the call. Rows share a call when
 * they have the same network and shapes (and the same timestep, for a network that takes only one).
 * Among shapes the one that waited longest goes first; within a shape the oldest task does, so
 * nothing starves: a newcomer never overtakes within its shape, and no shape is passed over twice.
 *
 * <p>Not safe for threads: it belongs to the device's thread.
 */
public final class Batcher {
    private final int maxRows;
    private final List<Member> members = new ArrayList<>();
    private final Map<RowShape, Long> shapeServed = new HashMap<>();
    private final RowLimits limits = new RowLimits();
    private long tick;

    /**
     * @param maxRows most rows of one call, at least 1
     */
    public Batcher(int maxRows) {
        this.maxRows = maxRows;
    }

    /**
     * Lets a task join at the next step.
     *
     * @param done completed when the task has finished; exceptionally with {@link
     *     java.util.concurrent.CancellationException} when it left because it was cancelled, and
     *     with the cause when it failed
     */
    public void add(DenoisingTask task, CompletableFuture<Void> done) {
        members.add(new Member(task, done));
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    /**
     * Makes one UNet call for the tasks whose turn it is.
     *
     * @return false if no task was there
     */
    public boolean step() {
        members.forEach(Member::prepare);
        members.removeIf(Member::left);
        if (members.isEmpty()) {
            shapeServed.clear();
            return false;
        }
        tick++;
        List<Member> turn = turn();
        RowShape shape = turn.getFirst().shape();
        shapeServed.put(shape, tick);
        List<Share> shares = choose(turn, Math.min(maxRows, limits.of(shape)));
        shares.forEach(share -> share.member().served(tick));
        run(shares, shape);
        members.removeIf(Member::left);
        return true;
    }

    /** Ends all tasks with this cause. */
    public void failAll(Throwable cause) {
        members.forEach(member -> member.fail(cause));
        members.clear();
    }

    /** The tasks that may share the next call, first come first. */
    private List<Member> turn() {
        Map<RowShape, List<Member>> byShape = new LinkedHashMap<>();
        for (Member member : members) {
            byShape.computeIfAbsent(member.shape(), shape -> new ArrayList<>()).add(member);
        }
        shapeServed.keySet().retainAll(byShape.keySet());
        List<Member> turn = byShape.entrySet().stream()
                .min(Comparator.comparingLong(entry -> shapeServed.getOrDefault(entry.getKey(), 0L)))
                .orElseThrow()
                .getValue();
        return turn.getFirst().rows().unet().takesTimestepPerRow() ? turn : atOneTimestep(turn);
    }

    /**
     * With one timestep per call tasks take turns, or the oldest would keep all others out until it
     * ends.
     */
    private static List<Member> atOneTimestep(List<Member> turn) {
        List<Member> waiting = new ArrayList<>(turn);
        waiting.sort(Comparator.comparingLong(Member::lastServed));
        float timestep = waiting.getFirst().rows().timestep();
        return waiting.stream()
                .filter(member -> member.rows().timestep() == timestep)
                .toList();
    }

    private static List<Share> choose(List<Member> turn, int limit) {
        List<Share> shares = new ArrayList<>();
        int free = limit;
        for (Member member : turn) {
            int from = member.firstOpenRow();
            int count = Math.min(free, member.rows().count() - from);
            if (count > 0) {
                shares.add(new Share(member, new StepPlan.Slice(member.rows(), from, from + count)));
                free -= count;
            }
        }
        return shares;
    }

    private void run(List<Share> shares, RowShape shape) {
        StepPlan plan =
                new StepPlan(shape.unet(), shares.stream().map(Share::slice).toList());
        long start = System.nanoTime();
        Tensor prediction;
        try {
            prediction = shape.unet().predict(plan);
        } catch (DeviceException e) {
            afterFailure(shares, shape, plan.rows(), e);
            return;
        } catch (Throwable e) {
            DeviceException.Kind kind =
                    e instanceof OutOfMemoryError ? DeviceException.Kind.RESOURCES : DeviceException.Kind.INTERNAL;
            afterFailure(shares, shape, plan.rows(), new DeviceException(kind, "the UNet call failed: " + e, e));
            return;
        }
        limits.called(shape, plan.rows());
        handOut(shares, prediction, System.nanoTime() - start);
    }

    private static void handOut(List<Share> shares, Tensor prediction, long nanos) {
        int at = 0;
        for (Share share : shares) {
            int count = share.slice().count();
            Tensor part = prediction.rows(at, at + count);
            at += count;
            if (part.isFinite()) {
                share.member().accept(part, nanos * count / prediction.rows());
            } else {
                share.member()
                        .fail(new DeviceException(
                                DeviceException.Kind.INTERNAL,
                                "the UNet gave values that are no numbers at timestep "
                                        + share.slice().rows().timestep()
                                        + "; a model exported in float32 or a lower guidance_scale may avoid it"));
            }
        }
    }

    /**
     * A failed call is taken apart, so that it fails only for the task whose rows cannot run even
     * alone: by task first, since one task's rows may be at fault; then, where memory was short, by
     * halves.
     */
    private void afterFailure(List<Share> shares, RowShape shape, int rows, DeviceException failure) {
        boolean resources = failure.kind() == DeviceException.Kind.RESOURCES;
        if (resources && rows > 1) {
            limits.failed(shape, rows);
        }
        if (shares.size() > 1) {
            shares.forEach(share -> run(List.of(share), shape));
        } else if (resources && rows > 1) {
            Share whole = shares.getFirst();
            StepPlan.Slice slice = whole.slice();
            int middle = slice.from() + rows / 2;
            // the rest follows at the next step, within the lowered limit
            run(List.of(new Share(whole.member(), new StepPlan.Slice(slice.rows(), slice.from(), middle))), shape);
        } else {
            shares.getFirst().member().fail(failure);
        }
    }

    /** Rows of a call, and whose they are. */
    private record Share(Member member, StepPlan.Slice slice) {}
}
