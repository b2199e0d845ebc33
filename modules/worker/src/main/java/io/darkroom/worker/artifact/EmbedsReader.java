package io.darkroom.worker.artifact;

import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.artifacts.RedirectRule;
import io.darkroom.artifacts.SafeTensor;
import io.darkroom.artifacts.Safetensors;
import io.darkroom.artifacts.SafetensorsException;
import io.darkroom.artifacts.TensorType;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.request.EmbedUris;
import io.darkroom.contract.wire.PromptEmbeds;
import io.darkroom.diffusion.tensor.Tensor;
import io.darkroom.pipelines.TextStates;
import io.darkroom.worker.attempt.StopSignal;
import io.darkroom.worker.attempt.StoppedException;
import io.darkroom.worker.attempt.WorkFault;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Fetches prompts that a user encoded; a file that several fields name is fetched once. */
final class EmbedsReader {
    /** 1024 tokens of SDXL's 2048 values in float32 have 8 MiB; a file may hold four such tensors. */
    static final long MAX_BYTES = 33L << 20;

    private static final Set<TensorType> TYPES = Set.of(TensorType.F32, TensorType.F16);

    private final StoreAccess store;
    private final RedirectRule redirects;
    private final StopSignal stop;
    private final Map<String, Safetensors> files = new HashMap<>();

    EmbedsReader(StoreAccess store, RedirectRule redirects, StopSignal stop) {
        this.store = store;
        this.redirects = redirects;
        this.stop = stop;
    }

    Optional<TextStates> prompt(PromptEmbeds uris) throws WorkFault, StoppedException, InterruptedException {
        if (!uris.hasPromptUri()) {
            return Optional.empty();
        }
        return Optional.of(new TextStates(
                tensor(uris.getPromptUri(), EmbedUris.PROMPT),
                uris.hasPooledPromptUri()
                        ? Optional.of(tensor(uris.getPooledPromptUri(), EmbedUris.POOLED_PROMPT))
                        : Optional.empty()));
    }

    Optional<TextStates> negativePrompt(PromptEmbeds uris) throws WorkFault, StoppedException, InterruptedException {
        if (!uris.hasNegativePromptUri()) {
            return Optional.empty();
        }
        return Optional.of(new TextStates(
                tensor(uris.getNegativePromptUri(), EmbedUris.NEGATIVE_PROMPT),
                uris.hasNegativePooledPromptUri()
                        ? Optional.of(tensor(uris.getNegativePooledPromptUri(), EmbedUris.NEGATIVE_POOLED_PROMPT))
                        : Optional.empty()));
    }

    private Tensor tensor(String uri, String field) throws WorkFault, StoppedException, InterruptedException {
        SafeTensor tensor = file(uri, field).tensors().get(field);
        if (tensor == null) {
            throw rejected(field, "the file has no tensor of the name " + field);
        }
        if (!TYPES.contains(tensor.type())) {
            throw rejected(field, "holds " + tensor.type() + "; must hold F32 or F16");
        }
        return Tensor.of(tensor.floats(), tensor.dimensions());
    }

    private Safetensors file(String uri, String field) throws WorkFault, StoppedException, InterruptedException {
        Safetensors known = files.get(uri);
        if (known != null) {
            return known;
        }
        try {
            Safetensors read = Safetensors.read(store.get(URI.create(uri), MAX_BYTES, redirects, stop));
            files.put(uri, read);
            return read;
        } catch (ObjectStoreException e) {
            throw StoreFaults.onUserInput(uri, e);
        } catch (SafetensorsException e) {
            throw rejected(field, "is no safetensors file: " + e.getMessage());
        }
    }

    private static WorkFault rejected(String field, String message) {
        return new WorkFault(ErrorCode.INPUT_REJECTED, field + ": " + message);
    }
}
