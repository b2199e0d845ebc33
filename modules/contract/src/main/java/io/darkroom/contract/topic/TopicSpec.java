package io.darkroom.contract.topic;

import java.util.Map;

/**
 * A topic as {@code darkroom topics create} makes it.
 *
 * @param name the topic's name
 * @param partitions fixed for the life of an application id: the router's state is partitioned
 *     alike
 * @param configs topic configs, by Kafka's names
 * @param purpose one line for people
 */
public record TopicSpec(String name, int partitions, Map<String, String> configs, String purpose) {}
