package io.darkroom.contract.access;

import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;

/**
 * Which right a process's principal lacks, where the brokers refused it something. Their answers name the resource but not the
 * operation; what a process does with each resource is known to itself.
 *
 * @param process as a person calls it: "router"
 * @param onTopic the operations that the process needs on a topic, by the topic's name
 * @param group that it reads with
 */
public record MissingRight(String process, UnaryOperator<String> onTopic, String group) {
    private static final int MOST_CAUSES = 16;

    /** One sentence, for the person who grants rights; empty where {@code failure} has another reason. */
    public Optional<String> in(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (cause instanceof AuthorizationException refused) {
                return Optional.of("The brokers do not let the " + process + " work: its principal lacks "
                        + lacking(refused) + ".");
            }
            if (cause instanceof AuthenticationException) {
                return Optional.of(
                        "The brokers do not accept the " + process + "'s credentials: " + cause.getMessage() + ".");
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private String lacking(AuthorizationException refused) {
        return switch (refused) {
            case TopicAuthorizationException topics
            when !topics.unauthorizedTopics().isEmpty() ->
                new TreeSet<>(topics.unauthorizedTopics())
                        .stream()
                                .map(name -> onTopic.apply(name) + " on topic " + name)
                                .collect(Collectors.joining(", "));
            case GroupAuthorizationException denied ->
                "READ on group " + Optional.ofNullable(denied.groupId()).orElse(group);
            case TransactionalIdAuthorizationException _ ->
                "WRITE and DESCRIBE on transactional ids that begin with " + group;
            case ClusterAuthorizationException _ ->
                "CREATE on the cluster, or on topics that begin with " + group + "-";
            default -> "a right (" + refused.getMessage() + ")";
        };
    }
}
