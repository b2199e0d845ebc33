package io.darkroom.bench.door;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.darkroom.contract.topic.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Requests and control records as somebody would make them who wants to hold up who reads them: up to as large as a record can
 * be, of each structure that costs a reader something. A seed gives the same records always.
 */
public final class HostileRecords {
    /** A record's value may have a few bytes less than a record. */
    private static final int LARGEST = Topics.MAX_RECORD_BYTES - 1024;

    private static final List<String> SCHEDULERS = List.of(
            "DEISMultistepScheduler",
            "DPMSolverMultistepScheduler",
            "DPMSolverSinglestepScheduler",
            "EulerDiscreteScheduler",
            "HeunDiscreteScheduler",
            "KDPM2DiscreteScheduler",
            "LMSDiscreteScheduler",
            "UniPCMultistepScheduler");

    private static final List<String> OPTIONS_THAT_COST = List.of(
            "",
            "\"use_karras_sigmas\":true",
            "\"use_beta_sigmas\":true",
            "\"beta_schedule\":\"squaredcos_cap_v2\",\"num_train_timesteps\":10000",
            "\"beta_schedule\":\"squaredcos_cap_v2\",\"num_train_timesteps\":100000",
            "\"trained_betas\":["
                    + IntStream.range(0, 1000).mapToObj(_ -> "0.01").collect(Collectors.joining(",")) + "]");

    private static final List<String> FIELDS = List.of(
            "id",
            "publish",
            "keep",
            "model",
            "prompt",
            "negative_prompt",
            "prompt_2",
            "prompt_syntax",
            "prompt_embeds",
            "clip_skip",
            "guidance_rescale",
            "denoising_end",
            "original_size",
            "crops_coords_top_left",
            "num_inference_steps",
            "guidance_scale",
            "eta",
            "textual_inversions",
            "loras",
            "controlnet",
            "guess_mode",
            "num_images_per_prompt",
            "seed",
            "scheduler",
            "scheduler_options",
            "image_embeds",
            "width",
            "height",
            "strength",
            "mask",
            "input",
            "inputs",
            "rows",
            "fps");

    private static final List<String> VALUES = List.of(
            "1",
            "-1",
            "0.5",
            "1e300",
            "null",
            "true",
            "[]",
            "{}",
            "\"\"",
            "\"a\"",
            "[1]",
            "{\"a\":1}",
            "[[]]",
            "\"s3://renders/a b\"",
            "123456789012345678901234567890",
            "1.5e-300",
            "\"\\u0041\"");

    /** What a record is made of. */
    public enum Kind {
        MANY_FAULTS,
        UNKNOWN_FIELDS,
        DEEP,
        WIDE_LISTS,
        HUGE_TEXT,
        ESCAPED_TEXT,
        REPEATED_KEYS,
        WRONG_FIELDS,
        NUMBERS,
        COLLIDING_KEYS,
        LONG_NAMES,
        OPTIONS,
        LABELS,
        NOT_UNICODE,
        SPACES,
        TINY_VALUES,
        LARGEST_VALID,
        NOISE,
        CUT
    }

    private final Random random;

    public HostileRecords(long seed) {
        this.random = new Random(seed);
    }

    /** A record of a size between nothing and all that there can be; most are near to it. */
    public byte[] next(Kind kind, String id) {
        int bytes = random.nextInt(3) == 0 ? random.nextInt(LARGEST) : LARGEST - random.nextInt(LARGEST / 3);
        byte[] record = make(kind, id, bytes);
        return record.length <= LARGEST ? record : Arrays.copyOf(record, LARGEST);
    }

    private byte[] make(Kind kind, String id, int bytes) {
        return switch (kind) {
            case MANY_FAULTS -> stages(id, list(bytes, _ -> pick(VALUES)));
            case UNKNOWN_FIELDS ->
                ascii("{" + head(id) + fields(bytes, number -> "f" + number, _ -> pick(VALUES)) + "}");
            case DEEP -> {
                int depth = bytes / 8;
                String open = pick(List.of("[", "{\"a\":"));
                yield stages(id, open.repeat(depth) + "1" + (open.equals("[") ? "]" : "}").repeat(depth));
            }
            case WIDE_LISTS ->
                stage(
                        id,
                        List.of(
                                        "seed",
                                        "strength",
                                        "guidance_scale",
                                        "inputs",
                                        "loras",
                                        "controlnet",
                                        "textual_inversions")
                                .stream()
                                .map(field -> "\"" + field + "\":[" + list(bytes / 8, _ -> pick(VALUES)) + "]")
                                .collect(Collectors.joining(",")));
            case HUGE_TEXT ->
                stage(
                        id,
                        "\"" + pick(FIELDS) + "\":\""
                                + pick(List.of("a", "é", "\uD83E\uDD8A", "s3://"))
                                        .repeat(bytes / 5) + "\"");
            case ESCAPED_TEXT ->
                stage(
                        id,
                        "\"prompt\":\""
                                + pick(List.of("\\u0041", "\\n", "\\ud83e\\udd8a"))
                                        .repeat(bytes / 12) + "\"");
            case REPEATED_KEYS -> stage(id, fields(bytes, _ -> pick(FIELDS), _ -> "1"));
            case WRONG_FIELDS ->
                stages(
                        id,
                        IntStream.range(0, 16)
                                .mapToObj(_ ->
                                        "{\"kind\":\"" + pick(List.of("text2img", "img2img", "auto", "grid")) + "\","
                                                + FIELDS.stream()
                                                        .map(field -> "\"" + field + "\":" + wrong(bytes / 600))
                                                        .collect(Collectors.joining(","))
                                                + "}")
                                .collect(Collectors.joining(",")));
            case NUMBERS ->
                stage(
                        id,
                        "\"seed\":["
                                + list(
                                        bytes,
                                        number -> number < random.nextInt(2000)
                                                ? "1.2345678901234567890e-200"
                                                : pick(List.of(
                                                        "1e999999999", "1e-999999999", "9".repeat(5000), "1e400")))
                                + "]");
            case COLLIDING_KEYS ->
                ascii("{" + head(id) + "\"labels\":{" + fields(bytes, HostileRecords::colliding, _ -> "\"\"") + "}}");
            case LONG_NAMES ->
                ascii("{" + head(id) + "\"" + "n".repeat(bytes / 2) + "\":1,\"labels\":{\"" + "l".repeat(bytes / 3)
                        + "\":\"\"}}");
            case OPTIONS ->
                stages(
                        id,
                        IntStream.range(0, 16)
                                .mapToObj(_ -> "{\"kind\":\"text2img\",\"model\":\"tiny-emoji\",\"prompt\":\"\","
                                        + "\"scheduler_options\":{"
                                        + fields(bytes / 16, number -> "o" + number % 40 + "_" + number, _ -> options())
                                        + "}}")
                                .collect(Collectors.joining(",")));
            case LABELS ->
                ascii("{" + head(id) + "\"labels\":{" + fields(bytes, number -> "l" + number, _ -> pick(VALUES))
                        + "}}");
            case NOT_UNICODE -> {
                byte[] record =
                        stage(id, "\"prompt\":\"" + "a".repeat(bytes / 2) + pick(List.of("\\ud83e", "\\u0000")) + "\"");
                if (random.nextBoolean()) {
                    record[record.length / 2] = (byte) (128 + random.nextInt(128));
                }
                yield record;
            }
            case SPACES ->
                ascii(" ".repeat(bytes / 2) + "{" + head(id) + "\"stages\":" + "\n".repeat(bytes / 3) + "[]}");
            case TINY_VALUES ->
                stage(id, "\"loras\":[" + list(bytes, _ -> pick(List.of("[]", "{}", "{\"a\":{}}", "[[1]]"))) + "]");
            case LARGEST_VALID -> {
                String scheduler = pick(SCHEDULERS);
                String option = pick(OPTIONS_THAT_COST);
                yield ascii("{" + head(id) + "\"output\":{\"uri\":\"s3://renders/a/\"},\"stages\":["
                        + IntStream.range(0, 16)
                                .mapToObj(position -> validStage(position, scheduler, option))
                                .collect(Collectors.joining(","))
                        + "]}");
            }
            case NOISE -> {
                byte[] noise = new byte[random.nextInt(bytes)];
                random.nextBytes(noise);
                yield noise;
            }
            case CUT -> {
                byte[] whole = make(pick(List.of(Kind.values()).subList(0, Kind.NOISE.ordinal())), id, bytes);
                yield Arrays.copyOf(whole, random.nextInt(whole.length) + 1);
            }
        };
    }

    /** Accepted, and as dear to judge as the planner lets it be: it makes the stage's sampler to see whether it can run. */
    private String validStage(int position, String scheduler, String option) {
        return "{\"kind\":\"text2img\",\"model\":\"tiny-emoji\",\"prompt\":\"" + "fox ".repeat(2000) + position
                + "\",\"negative_prompt\":\"" + "é".repeat(9000) + "\",\"num_inference_steps\":"
                + (option.contains("beta_sigmas") ? 50 : 1000) + ",\"scheduler\":\"" + scheduler
                + "\",\"scheduler_options\":{" + option + "}}";
    }

    private String wrong(int bytes) {
        return switch (random.nextInt(3)) {
            case 0 -> "[" + list(bytes, _ -> pick(VALUES)) + "]";
            case 1 -> "{" + fields(bytes, number -> "x" + number, _ -> pick(VALUES)) + "}";
            default -> pick(VALUES);
        };
    }

    private String options() {
        return switch (random.nextInt(3)) {
            case 0 -> "[" + list(2000, _ -> random.nextInt(4) == 0 ? "\"a\"" : "1.5") + "]";
            case 1 -> "\"" + "t".repeat(random.nextInt(200)) + "\"";
            default -> pick(VALUES);
        };
    }

    /** Texts of one length and hash: each pair of bits is Aa or BB. */
    private static String colliding(int number) {
        StringBuilder key = new StringBuilder();
        for (int bit = 0; bit < 17; bit++) {
            key.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return key.toString();
    }

    private static String head(String id) {
        return "\"schema_version\":1,\"id\":\"" + id + "\",";
    }

    private static byte[] stages(String id, String stages) {
        return ascii("{" + head(id) + "\"stages\":[" + stages + "]}");
    }

    private static byte[] stage(String id, String fields) {
        return ascii("{" + head(id) + "\"output\":{\"uri\":\"s3://renders/a/\"},\"stages\":[{\"kind\":\"text2img\","
                + "\"model\":\"tiny-emoji\"," + fields + "}]}");
    }

    private static byte[] ascii(String json) {
        return json.getBytes(json.chars().allMatch(c -> c < 128) ? ISO_8859_1 : UTF_8);
    }

    private static String list(int bytes, IntFunction<String> entry) {
        StringBuilder list = new StringBuilder();
        for (int number = 0; list.length() < bytes; number++) {
            list.append(number == 0 ? "" : ",").append(entry.apply(number));
        }
        return list.toString();
    }

    private static String fields(int bytes, IntFunction<String> name, IntFunction<String> value) {
        return list(bytes, number -> "\"" + name.apply(number) + "\":" + value.apply(number));
    }

    private <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
