package io.darkroom.router.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.catalogue.StageKind;
import io.darkroom.contract.letter.DeadLetter;
import io.darkroom.contract.request.RequestParser;
import io.darkroom.contract.topic.Topics;
import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.Priority;
import io.darkroom.planner.Catalogue;
import io.darkroom.router.RouterFixture;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever stands on a public topic: each record goes on as something that the router can decide on, or is a dead letter. */
class HostileInputTest {
    private static final int REQUESTS = 60_000;
    private static final int CONTROLS = 25_000;
    private static final int EVENTS = 25_000;

    private static final String REQUEST = """
        { "schema_version": 1, "id": "a", "tenant": "shop", "deadline": "PT10M", "labels": {"sku": "88-1"},
          "priority": "bulk",
          "stages": [
            { "id": "draft", "kind": "text2img", "model": "tiny-emoji", "prompt": "a red fox", "seed": [1, 2],
              "num_images_per_prompt": 2, "num_inference_steps": 4, "guidance_scale": 5.0, "width": 64, "height": 64,
              "scheduler": {"class": "EulerDiscreteScheduler", "options": {"use_karras_sigmas": true}} },
            { "kind": "img2img", "model": "tiny-emoji", "input": "draft", "strength": 0.6, "publish": true } ],
          "output": { "uri": "s3://renders/one/", "format": "png" } }
        """;

    @Test
    void everyRequestGoesOnOrIsADeadLetterWithAReason() {
        Catalogue catalogue = Catalogue.of(Map.of(
                "tiny-emoji", RouterFixture.model("tiny-emoji", "base", "a", StageKind.TEXT2IMG, StageKind.IMG2IMG)));
        RequestDoor door = new RequestDoor(
                new RequestParser(UriPolicy.sameForAll(List.of("s3://renders/"))),
                catalogue,
                Priority.PRIORITY_STANDARD);
        HostileRecords records =
                new HostileRecords(1, List.of(REQUEST, RouterFixture.chain("a"), RouterFixture.job("a")));
        int accepted = 0;
        for (int number = 0; number < REQUESTS; number++) {
            List<Passage> passages = door.pass(arrival(Topics.standard().requests(), records.next(), number));
            accepted += requireAnswer(passages);
        }
        assertThat(accepted).isBetween(REQUESTS / 20, REQUESTS * 19 / 20);
    }

    @Test
    void everyControlRecordGoesOnOrIsADeadLetterWithAReason() {
        HostileRecords records = new HostileRecords(
                2,
                List.of(
                        "{\"schema_version\": 1, \"action\": \"cancel\", \"id\": \"a\", \"tenant\": \"shop\"}",
                        "{\"schema_version\": 1, \"action\": \"cancel_tenant\", \"tenant\": \"shop\"}",
                        "{\"schema_version\": 1, \"action\": \"reprioritise\", \"id\": \"a\", \"priority\": \"bulk\"}",
                        "{\"schema_version\": 1, \"action\": \"replay\", \"id\": \"a\"}"));
        ControlDoor door = new ControlDoor();
        int accepted = 0;
        for (int number = 0; number < CONTROLS; number++) {
            accepted += requireAnswer(door.pass(arrival(Topics.standard().control(), records.next(), number)));
        }
        assertThat(accepted).isBetween(CONTROLS / 20, CONTROLS * 19 / 20);
    }

    @Test
    void everyWorkEventGoesOnOrIsADeadLetterWithAReason() {
        Random random = new Random(3);
        byte[] valid = RouterFixture.heartbeat("base").toByteArray();
        WorkEventDoor door = new WorkEventDoor();
        int accepted = 0;
        for (int number = 0; number < EVENTS; number++) {
            byte[] event = random.nextBoolean() ? valid.clone() : new byte[random.nextInt(64)];
            if (event.length == valid.length && random.nextBoolean()) {
                event[random.nextInt(event.length)] ^= (byte) (1 << random.nextInt(8));
            } else if (event.length != valid.length) {
                random.nextBytes(event);
            }
            accepted += requireAnswer(door.pass(arrival(Topics.standard().workEvents(), event, number)));
        }
        assertThat(accepted).isBetween(EVENTS / 20, EVENTS * 19 / 20);
    }

    /** 1 when it went on, 0 when it was refused. */
    private static int requireAnswer(List<Passage> passages) {
        assertThat(passages).isNotEmpty();
        boolean refused = false;
        for (Passage passage : passages) {
            switch (passage) {
                case Passage.ToDeadLetters(DeadLetter letter) -> {
                    refused = true;
                    assertThat(letter.headers().get(DeadLetter.REASON)).isNotBlank();
                    assertThat(letter.value().length).isLessThanOrEqualTo(DeadLetter.MAX_VALUE_BYTES);
                }
                case Passage.ToJob(var event) ->
                    assertThat(event.getSerializedSize()).isLessThan(Topics.MAX_RECORD_BYTES);
                case Passage.ToTenant(var tenant, var _) -> assertThat(tenant).isNotBlank();
                case Passage.ToPool(var pool, var _) -> assertThat(pool).isNotBlank();
            }
        }
        return refused ? 0 : 1;
    }

    private static Arrival arrival(String topic, byte[] value, int offset) {
        return new Arrival(Optional.of(value), new DeadLetter.Origin(topic, 0, offset, 0), Optional.empty());
    }
}
