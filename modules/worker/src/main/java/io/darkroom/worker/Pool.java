package io.darkroom.worker;

import io.darkroom.contract.topic.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What has to be true of a pool on the brokers before a worker joins it. */
final class Pool {

    private Pool() {}

    /**
     * Checks that the pool's topics exist, and sets the configs of its share group. A group that a
     * member joined first would begin at its topic's end and would show work of aborted
     * transactions.
     */
    static void prepare(Admin admin, WorkerConfig config) throws WorkerStartException, InterruptedException {
        Topics topics = config.topics();
        requireTopics(
                admin,
                List.of(topics.work(config.pool()), topics.workEvents(), topics.heartbeats(), topics.workerControl()));
        var group = new ConfigResource(ConfigResource.Type.GROUP, topics.shareGroup(config.pool()));
        Collection<AlterConfigOp> operations = Topics.shareGroupConfigs(config.recordLock()).entrySet().stream()
                .map(entry -> new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), OpType.SET))
                .toList();
        try {
            admin.incrementalAlterConfigs(Map.of(group, operations)).all().get();
        } catch (ExecutionException e) {
            throw new WorkerStartException(
                    "share group "
                            + group.name()
                            + " cannot be configured: "
                            + e.getCause().getMessage(),
                    e);
        }
    }

    private static void requireTopics(Admin admin, List<String> names)
            throws WorkerStartException, InterruptedException {
        try {
            Set<String> unused =
                    admin.describeTopics(names).allTopicNames().get().keySet();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new WorkerStartException(
                        "one of the topics "
                                + String.join(", ", names)
                                + " does not exist; make them with: darkroom topics create",
                        e);
            }
            throw new WorkerStartException(
                    "the brokers cannot be asked for the topics "
                            + String.join(", ", names)
                            + ": "
                            + e.getCause().getMessage(),
                    e);
        }
    }
}
