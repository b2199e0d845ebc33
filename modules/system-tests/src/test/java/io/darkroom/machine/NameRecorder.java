package io.darkroom.machine;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * A name server (RFC 1035) that writes down what it is asked, and gives every name an address of nobody's, so that who asked
 * goes on and can be caught at its next step.
 */
final class NameRecorder implements AutoCloseable {
    private static final int HEADER = 12;
    private static final int TYPE_AND_CLASS = 4;
    private static final int TYPE_A = 1;

    /** Of TEST-NET-3 (RFC 5737). */
    private static final byte[] NOBODY = {(byte) 203, 0, 113, 7};

    private final Set<String> asked = new ConcurrentSkipListSet<>();
    private final DatagramSocket socket;

    private NameRecorder(DatagramSocket socket) {
        this.socket = socket;
    }

    static NameRecorder start(int port) throws IOException {
        var recorder =
                new NameRecorder(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
        Thread.ofVirtual().name("name-recorder").start(recorder::serve);
        return recorder;
    }

    Set<String> asked() {
        return asked;
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        byte[] buffer = new byte[1500];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                // closed, or who asked is gone
            }
        }
    }

    private byte[] answer(byte[] question) {
        StringBuilder name = new StringBuilder();
        int at = HEADER;
        for (int length = question[at++]; length > 0; length = question[at++]) {
            name.append(new String(question, at, length, StandardCharsets.US_ASCII))
                    .append('.');
            at += length;
        }
        asked.add(name.toString());
        int type = question[at] << 8 | question[at + 1];
        int end = at + TYPE_AND_CLASS;
        byte[] address = type == TYPE_A ? NOBODY : new byte[0];
        byte[] answer = Arrays.copyOf(question, end + (address.length == 0 ? 0 : HEADER + address.length));
        // an answer, recursion available; one question, one record or none, nothing else
        byte[] flagsAndCounts = {(byte) 0x81, (byte) 0x80, 0, 1, 0, (byte) (address.length == 0 ? 0 : 1), 0, 0, 0, 0};
        System.arraycopy(flagsAndCounts, 0, answer, 2, flagsAndCounts.length);
        if (address.length > 0) {
            // the name of the question, A, IN, a minute
            byte[] record = {(byte) 0xC0, HEADER, 0, 1, 0, 1, 0, 0, 0, 60, 0, (byte) address.length};
            System.arraycopy(record, 0, answer, end, record.length);
            System.arraycopy(address, 0, answer, end + record.length, address.length);
        }
        return answer;
    }
}
