package io.darkroom.artifacts;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * Tells addresses on the public Internet from those that lead into this machine, its network or its
 * cloud's metadata service (IANA's special-purpose address registries).
 */
final class PublicAddresses {
    private PublicAddresses() {}

    static boolean isPublic(InetAddress address) {
        boolean special = address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress();
        return !special
                && (address instanceof Inet4Address
                        ? isPublicV4(address.getAddress())
                        : isPublicV6(address.getAddress()));
    }

    private static boolean isPublicV4(byte[] b) {
        int first = b[0] & 0xff;
        int second = b[1] & 0xff;
        int third = b[2] & 0xff;
        return switch (first) {
            case 0, 10, 127 -> false;
            case 100 -> second < 64 || second > 127; // shared by carriers
            case 169 -> second != 254;
            case 172 -> second < 16 || second > 31;
            case 192 -> !(second == 168 || second == 0 && (third == 0 || third == 2) || second == 88 && third == 99);
            case 198 -> !(second == 18 || second == 19 || second == 51 && third == 100);
            case 203 -> !(second == 0 && third == 113);
            default -> first < 224;
        };
    }

    /**
     * Global unicast is 2000::/3; in it lie documentation, Teredo and 6to4, which hide other
     * addresses.
     */
    private static boolean isPublicV6(byte[] b) {
        int first = (b[0] & 0xff) << 8 | b[1] & 0xff;
        int second = (b[2] & 0xff) << 8 | b[3] & 0xff;
        boolean global = (first & 0xe000) == 0x2000;
        boolean protocolAssignments = first == 0x2001 && second < 0x0200;
        boolean documentation = first == 0x2001 && second == 0x0db8 || first == 0x3fff && second < 0x1000;
        return global && !protocolAssignments && !documentation && first != 0x2002;
    }
}
