package io.darkroom.system.faults;

import io.darkroom.contract.topic.Topics;
import io.darkroom.router.CataloguePublisher;
import io.darkroom.router.TopicSetup;
import io.darkroom.system.Models;
import io.darkroom.testkit.FaultProxy;
import io.darkroom.testkit.Protocol;
import io.darkroom.testkit.TrapProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;

/** The whole system as processes: brokers, an S3 server, routers, and workers of two pools. */
final class Fleet implements AutoCloseable {

    static final String BUCKET = "renders";
    static final String OUTPUT = "s3://" + BUCKET + "/out/";

    /** Two pools; a job of the second kind goes from the one to the other and back. */
    static final String FIRST_POOL = "first";

    static final String SECOND_POOL = "second";
    static final List<String> POOLS = List.of(FIRST_POOL, SECOND_POOL);

    /** How long a frozen worker keeps its work from others here. */
    static final Duration RECORD_LOCK = Duration.ofSeconds(15);

    private static final int PARTITIONS = 2;
    private static final int ROUTER_HEAP = 320;
    private static final int WORKER_HEAP = 448;
    private static final Map<String, String> POOL_OF_MODEL =
            Map.of("draft", FIRST_POOL, "comic", FIRST_POOL, "large", FIRST_POOL, "other", SECOND_POOL);

    private final Topics topics = new Topics("darkroom", PARTITIONS);
    private final Path folder;
    private final Brokers brokers;
    private final Child store;
    private final int storePort;
    private final FaultProxy storeNetwork;
    private final List<Member> routers = new ArrayList<>();
    private final List<Member> workers = new ArrayList<>();
    private final int workersOfFirst;
    private final Optional<Path> former;

    /**
     * How many processes there are.
     */
    record Size(int brokers, int routers, int workersOfFirst, int workersOfSecond) {
        int members() {
            return routers + workersOfFirst + workersOfSecond;
        }
    }

    /** @param former another checkout, built, whose routers and workers are started, until {@link Member#upgrade} */
    Fleet(Size size, Path folder, Optional<Path> former) throws Exception {
        this.folder = folder;
        this.former = former;
        this.workersOfFirst = size.workersOfFirst();
        Path logs = Files.createDirectories(folder.resolve("logs"));
        var ports = new Ports(Brokers.portsOf(size.brokers(), size.members()) + 1);
        Map<String, TrapProxy> networks = new LinkedHashMap<>();
        for (int i = 1; i <= size.members(); i++) {
            networks.put("member-" + i, new TrapProxy(Protocol.KAFKA));
        }
        brokers = new Brokers(size.brokers(), ports, networks);
        storePort = ports.next();
        store = new Child("store", Commands.store(storePort, BUCKET), logs);
        storeNetwork = FaultProxy.before("127.0.0.1", storePort);
        var names = new ArrayList<>(networks.keySet());
        for (String name : names.subList(0, size.routers())) {
            routers.add(router(name, networks.get(name), logs));
        }
        for (String name : names.subList(size.routers(), names.size())) {
            String pool = workers.size() < size.workersOfFirst() ? FIRST_POOL : SECOND_POOL;
            workers.add(worker(name, pool, networks.get(name), logs));
        }
    }

    void start() throws Exception {
        CompletableFuture<Void> storeReady = store.begin();
        brokers.start(folder, folder.resolve("logs"));
        store.await(storeReady);
        Map<String, String> clients = Map.of("bootstrap.servers", brokers.bootstrapServers());
        try (Admin admin = Admin.create(Map.copyOf(clients));
                var catalogue = new CataloguePublisher(clients, topics)) {
            new TopicSetup(admin, topics, Optional.empty()).ensureSystem();
            for (Map.Entry<String, String> model : POOL_OF_MODEL.entrySet()) {
                catalogue.publish(Models.entry(model.getKey(), model.getValue()));
            }
        }
        Child.startAll(members().stream().map(Member::child).toList());
    }

    Topics topics() {
        return topics;
    }

    /** For the run itself: no fault is made on the way. */
    String bootstrapServers() {
        return brokers.bootstrapServers();
    }

    /** The same, of the object store. */
    int storePort() {
        return storePort;
    }

    List<Child> brokers() {
        return brokers.children();
    }

    Child store() {
        return store;
    }

    /** Between all workers and the store. */
    FaultProxy storeNetwork() {
        return storeNetwork;
    }

    List<Member> routers() {
        return List.copyOf(routers);
    }

    List<Member> workers() {
        return List.copyOf(workers);
    }

    /** Those of the pool in which every job ends. */
    List<Member> publishers() {
        return workers().subList(0, workersOfFirst);
    }

    List<Member> members() {
        List<Member> all = new ArrayList<>(routers);
        all.addAll(workers);
        return all;
    }

    @Override
    public void close() throws InterruptedException {
        for (Member member : members()) {
            if (member.child().isAlive()) {
                member.child().kill();
            }
            member.kafka().close();
            member.store().close();
        }
        storeNetwork.close();
        List<Child> servers = new ArrayList<>(brokers());
        servers.add(store);
        for (Child server : servers) {
            if (server.isAlive()) {
                server.kill();
            }
        }
    }

    private Member router(String name, TrapProxy network, Path logs) {
        String[] arguments = {
            "router",
            "--bootstrap-server",
            brokers.bootstrapServers(name),
            "--partitions",
            Integer.toString(PARTITIONS),
            "--state-dir",
            folder.resolve("state-" + name).toString(),
            "--allow",
            "s3://" + BUCKET + "/"
        };
        Child.Command present = Commands.darkroom("router ready", ROUTER_HEAP, arguments);
        Child.Command first = former.map(
                        checkout -> Commands.darkroomOf(checkout, "router ready", ROUTER_HEAP, arguments))
                .orElse(present);
        return new Member(
                "router " + name, new Child(name, first, logs), present, network, new TrapProxy(Protocol.HTTP));
    }

    private Member worker(String name, String pool, TrapProxy network, Path logs) {
        var storeProxy = new TrapProxy(Protocol.HTTP);
        List<String> arguments = new ArrayList<>(List.of(
                "worker",
                "--bootstrap-server",
                brokers.bootstrapServers(name),
                "--pool",
                pool,
                "--models",
                Models.bundled().toAbsolutePath().normalize().toString(),
                "--handover-uri",
                "s3://" + BUCKET + "/handover/",
                "--s3-endpoint",
                "http://127.0.0.1:" + storeProxy.before(storeNetwork.port()),
                "--slots",
                "2"));
        Optional<Child.Command> first = former.map(checkout ->
                Commands.darkroomOf(checkout, "worker ready", WORKER_HEAP, arguments.toArray(String[]::new)));
        arguments.addAll(List.of("--record-lock", RECORD_LOCK.toString(), "--drain-grace", "PT10S"));
        Child.Command present = Commands.darkroom("worker ready", WORKER_HEAP, arguments.toArray(String[]::new));
        return new Member("worker " + name, new Child(name, first.orElse(present), logs), present, network, storeProxy);
    }
}
