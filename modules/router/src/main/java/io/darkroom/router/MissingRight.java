package io.darkroom.router;

import io.darkroom.contract.topic.Topics;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;

/**
 * Which right a router's principal lacks, where the brokers refused it something. Their answers name the resource but not the
 * operation; what the router does with each resource is known.
 */
final class MissingRight {
    private static final int MOST_CAUSES = 16;

    private final Topics topics;
    private final String applicationId;

    MissingRight(Topics topics, String applicationId) {
        this.topics = topics;
        this.applicationId = applicationId;
    }

    /** One sentence, for the person who grants rights; empty where {@code failure} has another reason. */
    Optional<String> in(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (cause instanceof AuthorizationException refused) {
                return Optional.of(sentence(refused));
            }
            if (cause instanceof AuthenticationException) {
                return Optional.of("The brokers do not accept the router's credentials: " + cause.getMessage() + ".");
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private String sentence(AuthorizationException refused) {
        String lacks =
                switch (refused) {
                    case TopicAuthorizationException topic
                    when !topic.unauthorizedTopics().isEmpty() ->
                        new TreeSet<>(topic.unauthorizedTopics())
                                .stream()
                                        .map(name -> rightsOn(name) + " on topic " + name)
                                        .collect(Collectors.joining(", "));
                    case GroupAuthorizationException group ->
                        "READ on group " + Optional.ofNullable(group.groupId()).orElse(applicationId);
                    case TransactionalIdAuthorizationException _ ->
                        "WRITE and DESCRIBE on transactional ids that begin with " + applicationId;
                    case ClusterAuthorizationException _ ->
                        "CREATE on the cluster, or on topics that begin with " + applicationId + "-";
                    case TopicAuthorizationException _ ->
                        "READ, WRITE and DESCRIBE on topics that begin with " + topics.prefix() + ".";
                    default -> "a right (" + refused.getMessage() + ")";
                };
        return "The brokers do not let the router work: its principal lacks " + lacks + ".";
    }

    private String rightsOn(String topic) {
        Set<String> read = Set.of(
                topics.requests(),
                topics.interactiveRequests(),
                topics.control(),
                topics.models(),
                topics.workEvents());
        Set<String> written = Set.of(
                topics.results(),
                topics.replies(),
                topics.jobs(),
                topics.progress(),
                topics.deadLetters(),
                topics.workerControl());
        if (read.contains(topic) && !topic.equals(topics.workEvents())) {
            return "READ and DESCRIBE";
        }
        return written.contains(topic) || topic.startsWith(topics.work(""))
                ? "WRITE and DESCRIBE"
                : "READ, WRITE and DESCRIBE";
    }
}
