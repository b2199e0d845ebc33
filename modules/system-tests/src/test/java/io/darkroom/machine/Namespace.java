package io.darkroom.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Programs in namespaces of their own: a network that has nothing but a loopback device, and a name server that is whoever
 * listens there.
 */
record Namespace(List<String> unshare, Path folder) {
    private static final String SET_UP = """
        set -e
        ip link set lo up || ifconfig lo up
        mount --bind "$1" /etc/resolv.conf
        shift
        exec "$@"
        """;

    /** ONNX Runtime's own switch, and by what it knows that it runs in continuous integration: on people's machines none is set. */
    private static final Set<String> KEEPS_THE_UPLOADER_OFF = Set.of(
            "ORT_DISABLE_TELEMETRY",
            "CI",
            "TF_BUILD",
            "GITHUB_ACTIONS",
            "GITLAB_CI",
            "CIRCLECI",
            "TRAVIS",
            "JENKINS_URL",
            "CODEBUILD_BUILD_ID",
            "BUILDKITE",
            "TEAMCITY_VERSION",
            "APPVEYOR",
            "BITBUCKET_BUILD_NUMBER",
            "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI");

    /** What a program said, and how it ended. */
    record Run(int exitCode, String output) {}

    static Namespace in(Path folder) throws IOException {
        Files.writeString(folder.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
        boolean root = "root".equals(System.getProperty("user.name"));
        List<String> user = root ? List.of() : List.of("--user", "--map-root-user");
        List<String> unshare = new ArrayList<>(List.of("unshare", "--net", "--mount"));
        unshare.addAll(user);
        return new Namespace(List.copyOf(unshare), folder);
    }

    /** Standard output and error together. */
    Run run(Map<String, String> environment, List<String> words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(unshare);
        all.addAll(
                List.of("sh", "-c", SET_UP, "sh", folder.resolve("resolv.conf").toString()));
        all.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
        builder.environment().keySet().removeAll(KEEPS_THE_UPLOADER_OFF);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(1, TimeUnit.MINUTES);
        return new Run(process.exitValue(), output);
    }
}
