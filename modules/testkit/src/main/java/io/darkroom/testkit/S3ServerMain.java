package io.darkroom.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.Blob;
import org.gaul.s3proxy.blobstore.options.PutOptions;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/**
 * A real S3 server in a process of its own, with its objects in memory: {@code S3ServerMain PORT BUCKET...}. It prints
 * {@code ready URL} when it answers. A line {@code lose N} on its standard input makes it acknowledge the next N objects
 * and forget them, which no server does on request but some do in a crash. It ends when its standard input does.
 */
public final class S3ServerMain {

    private static final String LOSE = "lose ";

    private S3ServerMain() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            System.err.println("usage: S3ServerMain PORT BUCKET...");
            System.exit(2);
        }
        URI endpoint = URI.create("http://127.0.0.1:" + Integer.parseInt(arguments[0]));
        var store = new ForgetfulStore(new TransientNio2BlobStore());
        S3Server.serve(endpoint, store, List.of(arguments).subList(1, arguments.length));
        System.out.println("ready " + endpoint);
        obey(store);
    }

    /** Returns when whoever started this process has closed its input, and with that ends the process. */
    private static void obey(ForgetfulStore store) throws IOException {
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            if (line.startsWith(LOSE)) {
                store.toLose.addAndGet(Integer.parseInt(line.substring(LOSE.length())));
            }
        }
        System.exit(0);
    }

    /** Takes objects, says so, and does not have them. */
    private static final class ForgetfulStore extends ForwardingBlobStore {
        private final AtomicInteger toLose = new AtomicInteger();

        ForgetfulStore(BlobStore real) {
            super(real);
        }

        @Override
        public String putBlob(String container, Blob blob, PutOptions options) {
            String etag = super.putBlob(container, blob, options);
            if (toLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                super.removeBlob(container, blob.getMetadata().name());
            }
            return etag;
        }
    }
}
