package io.darkroom.cli;

import io.darkroom.cli.generate.NamedAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What is added to the model. */
final class AdapterOptions {
    @Option(
            names = "--textual-inversion",
            paramLabel = "NAME|FILE[=WORD]",
            description =
                    "A textual inversion, by its name or as a safetensors file; WORD is what the prompt says for a"
                            + " file that does not name its own. May be given several times.")
    private List<String> inversions = new ArrayList<>();

    @Option(
            names = "--lora",
            paramLabel = "NAME|FILE[=SCALE]",
            description =
                    "A LoRA, by its name or as a safetensors file, and how much of it is added; 1 when not said. May"
                            + " be given several times.")
    private List<String> loras = new ArrayList<>();

    /** In the order given. */
    List<NamedAdapter> adapters() {
        return Stream.concat(
                        inversions.stream().map(NamedAdapter::inversion),
                        loras.stream().map(NamedAdapter::lora))
                .toList();
    }
}
