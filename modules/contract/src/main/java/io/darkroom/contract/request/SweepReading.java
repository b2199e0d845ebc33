package io.darkroom.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.darkroom.contract.request.ValidStage.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads the values of a stage that can be lists, and the seeds, which belong to the pictures that these make. */
final class SweepReading {
    private final JsonNode node;
    private final String stagePath;
    private final Faults faults;

    /** @param stagePath of the stage, with the dot that a field's name follows */
    SweepReading(JsonNode node, String stagePath, Faults faults) {
        this.node = node;
        this.stagePath = stagePath;
        this.faults = faults;
    }

    Sweep read() {
        Sweep sweep = new Sweep(list("strength"), list("guidance_scale"));
        int strengths = sweep.strengths().size();
        int scales = sweep.guidanceScales().size();
        if (strengths > 0 && scales > 0 && strengths != scales) {
            faults.add(
                    stagePath + "guidance_scale",
                    "has %d entries and strength has %d; the two go together, so they must have the same number",
                    scales,
                    strengths);
        }
        return sweep;
    }

    /**
     * The seeds of all pictures.
     *
     * @param images of all runs together
     * @param runs that the stage's lists ask for; each can be given the seeds of one
     */
    Seed seed(int images, int runs) {
        JsonNode seed = node.path("seed");
        if (seed.isMissingNode()) {
            return new Seed.Minted();
        }
        if (!seed.isArray()) {
            return new Seed.Single(seed.asLong());
        }
        List<Long> seeds = new ArrayList<>();
        seed.forEach(entry -> seeds.add(entry.asLong()));
        int ofOneRun = images / runs;
        if (seeds.size() == ofOneRun) {
            return new Seed.PerImage(Collections.nCopies(runs, seeds).stream()
                    .flatMap(List::stream)
                    .toList());
        }
        if (seeds.size() != images) {
            faults.add(
                    stagePath + "seed",
                    "has %d entries; the stage makes %d pictures, so it must have %d%s",
                    seeds.size(),
                    images,
                    images,
                    runs > 1 ? ", or " + ofOneRun + " for each value's" : "");
        }
        return new Seed.PerImage(List.copyOf(seeds));
    }

    private List<Double> list(String field) {
        List<Double> values = new ArrayList<>();
        if (node.path(field).isArray()) {
            node.path(field).forEach(entry -> values.add(entry.asDouble()));
        }
        return values;
    }
}
