package io.darkroom.planner;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.darkroom.contract.wire.ItemSource;
import io.darkroom.contract.wire.JobKey;
import io.darkroom.contract.wire.Plan;
import io.darkroom.contract.wire.PlannedItem;
import io.darkroom.contract.wire.PlannedStage;
import io.darkroom.contract.wire.StageOutput;
import io.darkroom.contract.wire.WorkStage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Names for what kept work items hand on: a SHA-256 over the tenant and all that decides the latents, which is the item's
 * stages with their models' digests, parameters and seeds, and the names of the items that it takes something from. What the
 * stages are called, where pictures are written and which pool runs them decides nothing. A file that the user names can
 * change, so what begins with one is the same for runs of one job only.
 */
public final class KeptNames {
    private static final String SCHEME = "darkroom-kept-1";

    private KeptNames() {}

    /**
     * The plan with every name set.
     *
     * @param plan with all of its seeds
     */
    public static Plan fill(Plan plan, JobKey job) {
        if (plan.getItemsList().stream().noneMatch(PlannedItem::getKeep)) {
            return plan;
        }
        List<String> names = new ArrayList<>();
        Plan.Builder named = plan.toBuilder();
        for (PlannedItem.Builder item : named.getItemsBuilderList()) {
            names.add(name(item.build(), plan, job, names));
            if (item.getKeep()) {
                item.setKeptAs(names.getLast());
            }
        }
        return named.build();
    }

    private static String name(PlannedItem item, Plan plan, JobKey job, List<String> earlier) {
        MessageDigest digest = sha256();
        add(digest, SCHEME);
        add(digest, job.getTenant());
        add(digest, namesFiles(item) ? job.getId() : "");
        item.getStagesList().forEach(stage -> add(digest, decisive(stage)));
        for (ItemSource source : item.getSourcesList()) {
            add(digest, source.getImageUri());
            add(digest, source.hasOutput() ? output(source.getOutput(), plan, earlier) : "");
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String output(StageOutput output, Plan plan, List<String> earlier) {
        List<String> stages = plan.getItems(output.getItem()).getStagesList().stream()
                .map(stage -> stage.getWork().getId())
                .toList();
        return earlier.get(output.getItem()) + "#" + stages.indexOf(output.getStage());
    }

    private static boolean namesFiles(PlannedItem item) {
        return item.getSourcesList().stream().anyMatch(ItemSource::hasImageUri)
                || item.getStagesList().stream()
                        .map(PlannedStage::getWork)
                        .anyMatch(
                                stage -> stage.hasInpaint() || stage.getPrompt().hasEmbeds());
    }

    private static Message decisive(PlannedStage stage) {
        WorkStage work = stage.getWork().toBuilder()
                .clearId()
                .clearPublish()
                .clearModel()
                .build();
        return stage.toBuilder().setWork(work).build();
    }

    private static void add(MessageDigest digest, Message message) {
        var bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        // Maps have no order of their own.
        out.useDeterministicSerialization();
        try {
            message.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        add(digest, ByteString.copyFrom(bytes.toByteArray()));
    }

    private static void add(MessageDigest digest, String text) {
        add(digest, ByteString.copyFrom(text, StandardCharsets.UTF_8));
    }

    /** With its length, so that no two lists of parts have the same bytes. */
    private static void add(MessageDigest digest, ByteString part) {
        digest.update((part.size() + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(part.toByteArray());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
