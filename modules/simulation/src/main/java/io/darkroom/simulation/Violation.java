package io.darkroom.simulation;

import java.util.List;

/**
 * A promise that was not kept.
 *
 * @param promise in words, with the job's id
 * @param story what happened to that job
 */
public record Violation(String promise, List<String> story) {
    public Violation {
        story = List.copyOf(story);
    }
}
