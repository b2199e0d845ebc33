package io.darkroom.router.streams;

import io.darkroom.contract.request.ModelEntryParser;
import io.darkroom.contract.request.RequestParser;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.Priority;
import io.darkroom.planner.Catalogue;
import io.darkroom.router.dispatch.DispatchLimits;
import io.darkroom.router.ingress.ControlDoor;
import io.darkroom.router.ingress.Door;
import io.darkroom.router.ingress.RequestDoor;
import io.darkroom.router.ingress.TenantGrants;
import io.darkroom.router.ingress.WorkEventDoor;
import io.darkroom.router.job.AttemptTokens;
import io.darkroom.router.job.JobLimits;
import io.darkroom.router.job.JobMachine;
import io.darkroom.router.presence.Presence;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * How the router's parts hang together. Every part is a sub-topology of its own, joined to the
 * others by topics only:
 *
 * <pre>
 * requests, interactive requests, control, work events  (one door each)
 *        -> job events -> jobs -> dispatch -> pools -> work of each pool
 *               ^                               |
 *               '---------- released -----------'
 * </pre>
 *
 * Timers go from jobs to work events and come back behind what workers reported before.
 */
public final class RouterTopology {
    /** A job's state holds a plan and outcomes, each smaller than a record. */
    private static final Map<String, String> CHANGELOG = Map.of("max.message.bytes", "8388608");

    private final Topics topics;
    private final Topology topology = new Topology();

    /** How often the catalogue's copy was changed; told by the thread that keeps it to those who wait for a model. */
    private final AtomicLong catalogueVersion = new AtomicLong();

    private RouterTopology(Topics topics) {
        this.topics = topics;
    }

    public static Topology of(
            Topics topics,
            UriPolicy uriPolicy,
            TenantGrants grants,
            JobLimits jobLimits,
            DispatchLimits dispatchLimits,
            Presence presence) {
        return new RouterTopology(topics).build(uriPolicy, grants, jobLimits, dispatchLimits, presence);
    }

    private Topology build(
            UriPolicy uriPolicy,
            TenantGrants grants,
            JobLimits jobLimits,
            DispatchLimits dispatchLimits,
            Presence presence) {
        addCopy(
                CatalogueStore.NAME,
                Stores.inMemoryKeyValueStore(CatalogueStore.NAME),
                "models",
                topics.models(),
                ModelEntryParser.MAX_ENTRY_BYTES,
                catalogueVersion);
        addCopy(
                KeptStore.NAME,
                Stores.lruMap(KeptStore.NAME, KeptStore.MOST),
                "kept-outputs",
                topics.kept(),
                Topics.MAX_RECORD_BYTES,
                new AtomicLong());
        addIngress(
                "requests", topics.requests(), requests(uriPolicy, grants, dispatchLimits, Priority.PRIORITY_STANDARD));
        addIngress(
                "interactive",
                topics.interactiveRequests(),
                requests(uriPolicy, grants, dispatchLimits, Priority.PRIORITY_INTERACTIVE));
        addIngress("control", topics.control(), _ -> new ControlDoor(grants));
        addTenants();
        addIngress("work-events", topics.workEvents(), _ -> new WorkEventDoor());
        addJobs(jobLimits, uriPolicy);
        addDispatch(dispatchLimits, presence);
        return topology;
    }

    private static Function<Catalogue, Door> requests(
            UriPolicy uriPolicy, TenantGrants grants, DispatchLimits limits, Priority defaultPriority) {
        return catalogue ->
                new RequestDoor(new RequestParser(uriPolicy), catalogue, defaultPriority, limits::knows, grants);
    }

    private void addCopy(
            String name,
            KeyValueBytesStoreSupplier store,
            String source,
            String topic,
            int mostBytes,
            AtomicLong version) {
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(store, Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                source,
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                topic,
                name + "-keeper",
                () -> new CopyProcessor(name, mostBytes, version));
    }

    private void addIngress(String part, String topic, Function<Catalogue, Door> door) {
        Sinks sinks = new Sinks(part);
        topology.addSource(
                AutoOffsetReset.earliest(),
                part,
                new ClientTime(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topic);
        topology.addProcessor(part + "-door", () -> new IngressProcessor(door, sinks, catalogueVersion::get), part);
        addSink(sinks.jobEvents(), topics.jobEvents(), part + "-door");
        topology.addStateStore(store(WaitingRequests.storeOf(part), Serdes.Long()), part + "-door");
        addSink(sinks.dispatch(), topics.dispatch(), part + "-door");
        addSink(sinks.deadLetters(), topics.deadLetters(), part + "-door");
    }

    /** What is meant for all jobs of a tenant goes to every partition that may hold some (KIP-837). */
    private void addTenants() {
        StreamPartitioner<String, byte[]> everyPartition = (topic, key, value, partitions) ->
                Optional.of(IntStream.range(0, partitions).boxed().collect(Collectors.toSet()));
        topology.addSink(
                new Sinks("control").tenants(),
                topics.jobEvents(),
                new StringSerializer(),
                new ByteArraySerializer(),
                everyPartition,
                "control-door");
    }

    private void addJobs(JobLimits limits, UriPolicy uriPolicy) {
        Sinks sinks = new Sinks("jobs");
        AttemptTokens tokens = AttemptTokens.random();
        addSource("job-events", topics.jobEvents());
        topology.addProcessor(
                "jobs",
                () -> new JobProcessor(kept -> new JobMachine(limits, kept, tokens, uriPolicy), sinks),
                "job-events");
        topology.addStateStore(store(JobStores.STATES, Serdes.String()), "jobs");
        topology.addStateStore(store(JobStores.ACCEPTED, Serdes.String()), "jobs");
        topology.addStateStore(store(JobStores.TIMERS, Serdes.ByteArray()), "jobs");
        topology.addStateStore(store(TenantCancels.STORE, Serdes.String()), "jobs");
        addSink(sinks.results(), topics.results(), "jobs");
        addSink(sinks.replies(), topics.replies(), "jobs");
        addSink(sinks.jobs(), topics.jobs(), "jobs");
        addSink(sinks.dispatch(), topics.dispatch(), "jobs");
        addSink(sinks.workerControl(), topics.workerControl(), "jobs");
        addSink(sinks.workEvents(), topics.workEvents(), "jobs");
        addSink(sinks.jobEvents(), topics.jobEvents(), "jobs");
        addSink(sinks.deadLetters(), topics.deadLetters(), "jobs");
        addSink(sinks.kept(), topics.kept(), "jobs");
    }

    private void addDispatch(DispatchLimits limits, Presence presence) {
        Sinks sinks = new Sinks("pools");
        addSource("dispatch", topics.dispatch());
        topology.addProcessor(
                "pools", () -> new DispatchProcessor(limits, presence, topics.partitions(), sinks), "dispatch");
        topology.addStateStore(store(PoolStores.POOLS, Serdes.String()), "pools");
        topology.addStateStore(store(PoolStores.QUEUE, Serdes.ByteArray()), "pools");
        topology.addStateStore(store(PoolStores.PLACES, Serdes.ByteArray()), "pools");
        topology.addSink(
                sinks.work(),
                (String pool, byte[] item, RecordContext where) -> topics.work(pool),
                new StringSerializer(),
                new ByteArraySerializer(),
                "pools");
        addSink(sinks.jobEvents(), topics.jobEvents(), "pools");
        addSink(sinks.deadLetters(), topics.deadLetters(), "pools");
    }

    private void addSource(String name, String topic) {
        topology.addSource(
                AutoOffsetReset.earliest(), name, new StringDeserializer(), new ByteArrayDeserializer(), topic);
    }

    private void addSink(String name, String topic, String parent) {
        topology.addSink(name, topic, new StringSerializer(), new ByteArraySerializer(), parent);
    }

    private static <K> StoreBuilder<?> store(String name, Serde<K> keys) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, Serdes.ByteArray())
                .withLoggingEnabled(CHANGELOG);
    }
}
