package io.darkroom.router.job;

import io.darkroom.contract.wire.JobKey;

/** A job's name as the key of records and of stored entries. Neither part can hold a slash, so that it can be read back. */
public final class JobNames {
    private JobNames() {}

    public static String of(String tenant, String id) {
        return tenant + "/" + id;
    }

    /** Its run is not set. */
    public static JobKey keyOf(String name) {
        int slash = name.indexOf('/');
        return JobKey.newBuilder()
                .setTenant(name.substring(0, slash))
                .setId(name.substring(slash + 1))
                .build();
    }
}
