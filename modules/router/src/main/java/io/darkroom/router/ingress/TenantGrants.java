package io.darkroom.router.ingress;

import java.util.Map;

/**
 * What the operator grants to jobs, by tenant.
 *
 * @param byTenant {@code *} stands for all that are not named
 */
public record TenantGrants(Map<String, TenantGrant> byTenant) {
    /** Nobody wrote down what tenants may. */
    public static final TenantGrants EVERYTHING = new TenantGrants(Map.of());

    private static final String EVERY_TENANT = "*";

    public TenantGrants {
        byTenant = Map.copyOf(byTenant);
    }

    TenantGrant of(String tenant) {
        return byTenant.getOrDefault(tenant, byTenant.getOrDefault(EVERY_TENANT, TenantGrant.EVERYTHING));
    }
}
