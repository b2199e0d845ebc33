package io.darkroom.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.testkit.SecuredBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RightsTest {
    private static final String ROUTER = "router";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aRouterThatLacksARightForLongEndsAndNamesItAndOneThatGetsItInTimeGoesOn() throws Exception {
        Topics topics = Topics.standard();
        try (SecuredBroker broker = SecuredBroker.start(folder.resolve("broker"), List.of(ROUTER), Map.of())) {
            new TopicSetup(broker.admin(), topics, Optional.empty()).ensureSystem();
            broker.allow(
                    ROUTER,
                    ResourceType.TOPIC,
                    "darkroom.",
                    AclOperation.READ,
                    AclOperation.WRITE,
                    AclOperation.DESCRIBE,
                    AclOperation.DESCRIBE_CONFIGS,
                    AclOperation.CREATE);
            broker.allow(ROUTER, ResourceType.GROUP, "darkroom.router", AclOperation.READ);

            try (Router router = Router.start(config(broker, topics, "first"), Duration.ofSeconds(3))) {
                router.awaitStopped();
                assertThat(router.failure())
                        .isInstanceOfSatisfying(
                                RouterFailure.NotAllowed.class,
                                failure -> assertThat(failure.message())
                                        .contains("its principal lacks WRITE and DESCRIBE on transactional ids that"
                                                + " begin with darkroom.router"));
            }

            try (Router router = Router.start(config(broker, topics, "second"), Duration.ofSeconds(60))) {
                broker.allow(
                        ROUTER,
                        ResourceType.TRANSACTIONAL_ID,
                        "darkroom.router",
                        AclOperation.WRITE,
                        AclOperation.DESCRIBE);
                router.awaitRunning(PATIENCE);
                assertThat(router.failure()).isEqualTo(new RouterFailure.None());
            }
        }
    }

    private RouterConfig config(SecuredBroker broker, Topics topics, String state) {
        RouterConfig standard = RouterConfig.of(
                broker.bootstrapServers(),
                folder.resolve(state),
                topics,
                UriPolicy.sameForAll(List.of("s3://renders/")));
        return standard.withRunning(1, Duration.ofMillis(10), SecuredBroker.loginAs(ROUTER));
    }
}
