package io.darkroom.testkit;

import io.darkroom.broker.BrokerConfig;
import io.darkroom.broker.LocalBroker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A real broker that knows who is who (SASL PLAIN) and lets nobody but its administrator do anything until an ACL says so
 * (StandardAuthorizer). A test of its own starts one, in a folder of its own.
 */
public final class SecuredBroker implements AutoCloseable {
    /** Passwords are for this machine's loopback interface and the time of a test. */
    private static final String PASSWORD = "test-only";

    private static final String ADMIN = "admin";

    private final LocalBroker broker;
    private final Admin admin;

    private SecuredBroker(LocalBroker broker) {
        this.broker = broker;
        this.admin = Admin.create(Map.copyOf(clientSettings(ADMIN)));
    }

    /**
     * @param principals names that clients may log in with, beside the administrator's
     * @param settings further ones of the broker, by Kafka's names
     */
    public static SecuredBroker start(Path data, List<String> principals, Map<String, String> settings) {
        StringBuilder users = new StringBuilder("user_" + ADMIN + "=\"" + PASSWORD + "\"");
        principals.forEach(name -> users.append(" user_")
                .append(name)
                .append("=\"")
                .append(PASSWORD)
                .append('"'));
        Map<String, String> overrides = new HashMap<>(Map.of(
                "listener.security.protocol.map",
                "CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "listener.name.clients.sasl.enabled.mechanisms",
                "PLAIN",
                "sasl.mechanism.inter.broker.protocol",
                "PLAIN",
                "listener.name.clients.plain.sasl.jaas.config",
                login(ADMIN, users + " "),
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                // The controller's own listener has no login; it is on loopback only.
                "super.users",
                "User:" + ADMIN + ";User:ANONYMOUS"));
        overrides.putAll(settings);
        return new SecuredBroker(LocalBroker.start(BrokerConfig.in(data).withOverrides(overrides)));
    }

    private static String login(String name, String more) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + name + "\" password=\""
                + PASSWORD + "\" " + more + ";";
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** May do everything; closed with the broker. */
    public Admin admin() {
        return admin;
    }

    /** What a client needs to log in, beside {@code bootstrap.servers}. */
    public static Map<String, String> loginAs(String principal) {
        return Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                login(principal, ""));
    }

    private Map<String, String> clientSettings(String principal) {
        Map<String, String> settings = new HashMap<>(loginAs(principal));
        settings.put("bootstrap.servers", bootstrapServers());
        return settings;
    }

    /** Lets the principal do this with every resource of the type whose name begins so. */
    public void allow(String principal, ResourceType type, String prefix, AclOperation... operations)
            throws ExecutionException, InterruptedException {
        add(bindings(principal, type, prefix, AclPermissionType.ALLOW, operations));
    }

    /** Takes back what {@link #allow} gave with the same words. */
    public void revoke(String principal, ResourceType type, String prefix, AclOperation... operations)
            throws ExecutionException, InterruptedException {
        remove(bindings(principal, type, prefix, AclPermissionType.ALLOW, operations));
    }

    /** Forbids it, whatever else is allowed. */
    public void deny(String principal, ResourceType type, String prefix, AclOperation... operations)
            throws ExecutionException, InterruptedException {
        add(bindings(principal, type, prefix, AclPermissionType.DENY, operations));
    }

    /** Takes back what {@link #deny} forbade with the same words. */
    public void undeny(String principal, ResourceType type, String prefix, AclOperation... operations)
            throws ExecutionException, InterruptedException {
        remove(bindings(principal, type, prefix, AclPermissionType.DENY, operations));
    }

    private void add(List<AclBinding> bindings) throws ExecutionException, InterruptedException {
        admin.createAcls(bindings).all().get();
        awaitKnown(bindings, true);
    }

    private void remove(List<AclBinding> bindings) throws ExecutionException, InterruptedException {
        admin.deleteAcls(bindings.stream().map(AclBinding::toFilter).toList())
                .all()
                .get();
        awaitKnown(bindings, false);
    }

    /** The controller answers before the broker's authorizer has heard of a change. */
    private void awaitKnown(List<AclBinding> bindings, boolean there) throws ExecutionException, InterruptedException {
        for (AclBinding binding : bindings) {
            while (admin.describeAcls(binding.toFilter()).values().get().isEmpty() == there) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private static List<AclBinding> bindings(
            String principal,
            ResourceType type,
            String prefix,
            AclPermissionType permission,
            AclOperation... operations) {
        ResourcePattern resources = new ResourcePattern(type, prefix, PatternType.PREFIXED);
        return List.of(operations).stream()
                .map(operation -> new AclBinding(
                        resources, new AccessControlEntry("User:" + principal, "*", operation, permission)))
                .toList();
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
