package io.darkroom.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What wanted to leave a network namespace that has nothing but a loopback device: the kernel counts every connection and every
 * datagram for which there is no way out.
 *
 * @param v4 {@code OutNoRoutes} of IPv4, since the namespace was made
 * @param v6 the same of IPv6
 */
record Departures(long v4, long v6) {

    static Departures counted() throws IOException {
        List<String> v4 = Files.readAllLines(Path.of("/proc/net/snmp"));
        List<String> names = List.of(lines(v4, "Ip:").get(0));
        List<String> values = List.of(lines(v4, "Ip:").get(1));
        return new Departures(Long.parseLong(values.get(names.indexOf("OutNoRoutes"))), ofSix());
    }

    private static long ofSix() throws IOException {
        Path counters = Path.of("/proc/net/snmp6");
        if (!Files.exists(counters)) {
            return 0;
        }
        Optional<String[]> line =
                lines(Files.readAllLines(counters), "Ip6OutNoRoutes").stream().findFirst();
        return line.map(words -> Long.parseLong(words[1])).orElse(0L);
    }

    private static List<String[]> lines(List<String> file, String first) {
        return file.stream()
                .map(line -> line.split("\\s+"))
                .filter(words -> words[0].equals(first))
                .toList();
    }
}
