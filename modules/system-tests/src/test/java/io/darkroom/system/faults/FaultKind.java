package io.darkroom.system.faults;

import io.darkroom.testkit.KafkaRequests;
import io.darkroom.testkit.NetworkFault;
import io.darkroom.testkit.Trap;
import io.darkroom.testkit.Trap.Moment;
import io.darkroom.testkit.TrapProxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Everything that is done to the system; each puts right afterwards what an operator or orchestrator would. */
enum FaultKind {
    NOTHING("nothing, for comparison") {
        @Override
        void strike(Scene scene) {
            scene.strikes();
        }
    },
    WORKER_KILLED("worker killed at any moment") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            kill(scene, scene.aWorker());
        }
    },
    WORKER_KILLED_BEFORE_ARTIFACT("worker killed before its artifact is written") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            Member worker = scene.aPublisher();
            killAt(scene, worker, worker.store(), Moment.BEFORE, PICTURE_WRITTEN);
        }
    },
    WORKER_KILLED_AFTER_ARTIFACT("worker killed after its artifact is written") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            Member worker = scene.aPublisher();
            killAt(scene, worker, worker.store(), Moment.AFTER, PICTURE_WRITTEN);
        }
    },
    WORKER_KILLED_BEFORE_EVENT("worker killed before its event is sent") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            Member worker = scene.aPublisher();
            killAt(scene, worker, worker.kafka(), Moment.BEFORE, OUTCOME_TOLD);
        }
    },
    WORKER_KILLED_AFTER_EVENT("worker killed after its event is sent") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            Member worker = scene.aPublisher();
            killAt(scene, worker, worker.kafka(), Moment.AFTER, OUTCOME_TOLD);
        }
    },
    WORKER_KILLED_BEFORE_ACKNOWLEDGEMENT("worker killed before its acknowledgement") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            Member worker = scene.aPublisher();
            killAt(scene, worker, worker.kafka(), Moment.BEFORE, KafkaRequests.shareAcknowledge());
        }
    },
    WORKER_FROZEN("worker frozen (SIGSTOP) past its lock, then back") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            freeze(scene, scene.aWorker(), Fleet.RECORD_LOCK.plusSeconds(3));
        }
    },
    WORKER_LEAVES("worker scaled down (SIGTERM), another one comes later") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            Member worker = scene.aWorker();
            scene.strikes();
            worker.restart();
        }
    },
    WORKERS_ROLLED("all workers restarted, one after the other") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            scene.strikes();
            for (Member worker : scene.fleet().workers()) {
                worker.restart();
            }
        }
    },
    ROUTER_KILLED("router killed at any moment") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            kill(scene, scene.aRouter());
        }
    },
    ROUTER_KILLED_BEFORE_COMMIT("router killed between produce and commit") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            Member router = scene.aRouter();
            killAt(scene, router, router.kafka(), Moment.BEFORE, KafkaRequests.endTransaction());
        }
    },
    ROUTER_KILLED_AFTER_COMMIT("router killed after its commit, before it knows") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            Member router = scene.aRouter();
            killAt(scene, router, router.kafka(), Moment.AFTER, KafkaRequests.endTransaction());
        }
    },
    ROUTER_FROZEN("router frozen (SIGSTOP) past its session, then back") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            freeze(scene, scene.aRouter(), Duration.ofSeconds(13));
        }
    },
    ROUTERS_ROLLED("all routers restarted (SIGTERM), one after the other") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            scene.strikes();
            for (Member router : scene.fleet().routers()) {
                router.restart();
            }
        }
    },
    BROKER_KILLED("broker killed") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            Child broker = scene.aBroker();
            scene.strikes();
            broker.kill();
            broker.start();
        }
    },
    STORE_OVERLOADED("store answers 503") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            weather(scene, new NetworkFault.Unavailable(Integer.MAX_VALUE), Duration.ofSeconds(3));
        }
    },
    STORE_STALLS("store does not answer") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            weather(scene, new NetworkFault.Stall(), Duration.ofSeconds(6));
        }
    },
    STORE_CUTS("store cuts connections") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            weather(scene, new NetworkFault.CutAfter(40), Duration.ofSeconds(3));
        }
    },
    STORE_LOSES_WRITES("store loses writes that it acknowledged") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            scene.strikes();
            scene.fleet().store().tell("lose 3");
            scene.whileJobsFinish(4);
        }
    },
    STORE_FROZEN("store frozen (SIGSTOP), then back") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            scene.strikes();
            scene.fleet().store().freeze();
            Thread.sleep(Duration.ofSeconds(5));
            scene.fleet().store().thaw();
        }
    },
    NETWORK_SLOW("network to the brokers slow (150 ms each message)") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            TrapProxy network = scene.aMember().kafka();
            scene.strikes();
            network.delay(Duration.ofMillis(150));
            Thread.sleep(Duration.ofSeconds(5));
            network.delay(Duration.ZERO);
        }
    },
    NETWORK_CUT("connections to the brokers cut") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            TrapProxy network = scene.aMember().kafka();
            scene.strikes();
            for (int i = 0; i < 5; i++) {
                network.cut();
                Thread.sleep(Duration.ofMillis(300));
            }
        }
    },
    NETWORK_HALF_OPEN("connections to the brokers open but silent") {
        @Override
        void strike(Scene scene) {
            TrapProxy network = scene.aMember().kafka();
            scene.strikes();
            network.silence();
        }
    },
    /**
     * Workers before routers: these may write what only new workers read. Routers all at once: Kafka Streams shares the
     * work of one application between processes of one topology only.
     */
    UPGRADED("every process replaced by this version's: workers one by one, then the routers") {
        @Override
        void strike(Scene scene) throws InterruptedException {
            scene.strikes();
            for (Member worker : scene.fleet().workers()) {
                worker.upgrade();
                scene.whileJobsFinish(JOBS_BETWEEN_UPGRADES);
            }
            for (Member router : scene.fleet().routers()) {
                router.child().terminate();
            }
            for (Member router : scene.fleet().routers()) {
                router.upgrade();
            }
        }
    };

    /** Long enough for both versions to work side by side. */
    private static final int JOBS_BETWEEN_UPGRADES = 10;

    /** A fault needs its moment to come: a request of that kind on the way from that process. */
    private static final Duration MOMENT_COMES_WITHIN = Duration.ofMinutes(2);

    private static final Predicate<byte[]> PICTURE_WRITTEN =
            message -> new String(message, 0, Math.min(message.length, 4), StandardCharsets.ISO_8859_1).equals("PUT ");

    /** Only outcomes name what lies in the store. */
    private static final Predicate<byte[]> OUTCOME_TOLD = KafkaRequests.produce("s3://");

    private final String description;

    FaultKind(String description) {
        this.description = description;
    }

    /** Those that need no other version. */
    static List<FaultKind> ofOneVersion() {
        return Arrays.stream(values()).filter(kind -> kind != UPGRADED).toList();
    }

    String description() {
        return description;
    }

    /** Makes the fault and ends it; returns when the system's surroundings are as they should be. */
    abstract void strike(Scene scene) throws InterruptedException;

    private static void kill(Scene scene, Member member) throws InterruptedException {
        scene.strikes();
        member.killAndStart();
    }

    private static void killAt(Scene scene, Member member, TrapProxy network, Moment moment, Predicate<byte[]> request)
            throws InterruptedException {
        Trap trap = network.arm(moment, request);
        if (!trap.await(MOMENT_COMES_WITHIN)) {
            network.disarm();
            throw new IllegalStateException(member.name() + " did not come to the moment in " + MOMENT_COMES_WITHIN);
        }
        kill(scene, member);
    }

    private static void freeze(Scene scene, Member member, Duration time) throws InterruptedException {
        scene.strikes();
        member.child().freeze();
        Thread.sleep(time);
        member.child().thaw();
    }

    private static void weather(Scene scene, NetworkFault fault, Duration time) throws InterruptedException {
        scene.strikes();
        scene.fleet().storeNetwork().set(fault);
        Thread.sleep(time);
        scene.fleet().storeNetwork().set(new NetworkFault.None());
    }
}
