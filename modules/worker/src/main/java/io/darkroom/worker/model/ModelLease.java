package io.darkroom.worker.model;

import io.darkroom.artifacts.model.CachedModel;
import java.util.List;

/** Models that were pulled stay on this machine as long as one who uses them holds this. */
public final class ModelLease implements AutoCloseable {
    private final List<CachedModel> models;

    ModelLease(List<CachedModel> models) {
        this.models = models;
    }

    @Override
    public void close() {
        models.forEach(CachedModel::close);
    }
}
