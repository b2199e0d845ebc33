package io.darkroom.bench.router;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What this process has used of all cores: beside wall time, because a machine may have other work too. */
final class CpuTime {
    private CpuTime() {}

    static long nanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
