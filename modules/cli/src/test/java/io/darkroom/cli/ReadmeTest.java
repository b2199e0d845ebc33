package io.darkroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.contract.request.ParsedRequest;
import io.darkroom.contract.request.RequestParser;
import io.darkroom.contract.uri.UriPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what one can send. */
class ReadmeTest {
    private static final Path REPOSITORY = Path.of("..", "..");
    private static final Pattern JSON = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL);

    @Test
    void itsJobIsTheOneInDocsAndTheDoorLetsItIn() throws IOException {
        String shown = exampleJob();
        assertThat(Files.readString(REPOSITORY.resolve("docs/job.json"))).isEqualTo(shown);
        var door = new RequestParser(UriPolicy.sameForAll(List.of("file:///tmp/darkroom/store/")));
        assertThat(door.parse(shown.getBytes(StandardCharsets.UTF_8))).isInstanceOf(ParsedRequest.Accepted.class);
    }

    @Test
    void theDoorLetsInEveryJobThatItShows() throws IOException {
        var door = new RequestParser(UriPolicy.sameForAll(List.of("file:///tmp/darkroom/store/")));
        List<String> jobs = JSON.matcher(Files.readString(REPOSITORY.resolve("README.md")))
                .results()
                .map(found -> found.group(1))
                .filter(json -> json.contains("\"stages\""))
                .toList();
        assertThat(jobs)
                .hasSizeGreaterThan(1)
                .allSatisfy(job -> assertThat(door.parse(job.getBytes(StandardCharsets.UTF_8)))
                        .isInstanceOf(ParsedRequest.Accepted.class));
    }

    @Test
    void theJobWithControlNetsIsLetIn() throws IOException {
        Matcher found = JSON.matcher(Files.readString(REPOSITORY.resolve("docs/controlnet.md")));
        assertThat(found.find()).isTrue();
        var door = new RequestParser(UriPolicy.sameForAll(List.of("s3://renders/")));
        assertThat(door.parse(found.group(1).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ParsedRequest.Accepted.class);
    }

    @Test
    void itsExitCodesAreThoseOfTheCommandLine() throws IOException {
        assertThat(Files.readString(REPOSITORY.resolve("README.md"))).contains(codes());
    }

    private static String exampleJob() throws IOException {
        Matcher found = JSON.matcher(Files.readString(REPOSITORY.resolve("README.md")));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private static List<String> codes() {
        return List.of(
                "| " + ExitCode.USAGE + " | the command line is wrong |",
                "| " + ExitCode.JOB_FAILED + " | the job was rejected, failed, was cancelled or expired |",
                "| " + ExitCode.INFRASTRUCTURE
                        + " | a broker, store, folder, port or right is missing, misconfigured or in use |");
    }
}
