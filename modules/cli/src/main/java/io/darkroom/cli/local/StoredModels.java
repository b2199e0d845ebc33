package io.darkroom.cli.local;

import io.darkroom.artifacts.model.LocalFiles;
import io.darkroom.artifacts.model.ModelStore;
import io.darkroom.artifacts.model.ModelStoreException;
import io.darkroom.artifacts.model.StoredModel;
import io.darkroom.cli.CommandFailure;
import io.darkroom.cli.client.Catalogue;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.cli.terminal.TextTable;
import io.darkroom.cli.terminal.TransferBar;
import io.darkroom.contract.catalogue.ModelEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What commands do with a store of models. */
public final class StoredModels {
    private static final int DIGEST_SHOWN = 12;

    private final ModelStore store;
    private final Terminal terminal;

    public StoredModels(ModelStore store, Terminal terminal) {
        this.store = store;
        this.terminal = terminal;
    }

    /** Sends the files of a model that are not there yet. */
    void send(LocalFiles files, String name) {
        try (var bar = new TransferBar(terminal, "sending " + name)) {
            store.add(files.model(), files::place, bar);
        } catch (ModelStoreException e) {
            throw failure(e);
        }
    }

    /**
     * Reads models of the store and compares them with their manifests.
     *
     * @param named their digests, or the beginnings of these; all models if there are none
     * @throws CommandFailure if one is not whole, after all were read
     */
    public void verify(List<String> named) {
        List<String> broken = new ArrayList<>();
        try {
            for (String digest : chosen(named)) {
                List<String> faults = faults(digest);
                terminal.line(digest + ": " + (faults.isEmpty() ? "whole" : String.join(", ", faults)));
                if (!faults.isEmpty()) {
                    broken.add(digest.substring(0, DIGEST_SHOWN));
                }
            }
        } catch (ModelStoreException e) {
            throw failure(e);
        }
        if (!broken.isEmpty()) {
            throw CommandFailure.infrastructure(store.prefix() + ": not whole: " + String.join(", ", broken)
                    + "; remove these models and import them again");
        }
    }

    private List<String> faults(String digest) throws ModelStoreException {
        try (var bar = new TransferBar(terminal, "reading " + digest.substring(0, DIGEST_SHOWN))) {
            StoredModel model = store.find(digest).orElseThrow();
            return store.verify(model, bar);
        } catch (ModelStoreException e) {
            if (e.kind() == ModelStoreException.Kind.REFUSED) {
                return List.of(e.getMessage());
            }
            throw e;
        }
    }

    private List<String> chosen(List<String> named) throws ModelStoreException {
        List<String> all = store.digests();
        if (all.isEmpty()) {
            throw CommandFailure.infrastructure(
                    store.prefix() + " holds no model; send one there with: darkroom models import FOLDER --store URI");
        }
        if (named.isEmpty()) {
            return all;
        }
        List<String> chosen = new ArrayList<>();
        for (String name : named) {
            List<String> found = all.stream()
                    .filter(digest -> name.length() >= 8 && digest.startsWith(name))
                    .toList();
            if (found.isEmpty()) {
                throw CommandFailure.infrastructure(store.prefix() + " has no model whose digest begins with " + name
                        + "; eight digits or more are needed");
            }
            chosen.addAll(found);
        }
        return chosen;
    }

    /** Takes a model away, and the files that only it has. */
    public void remove(String digest) {
        try {
            long freed = store.remove(digest);
            terminal.line(digest.substring(0, DIGEST_SHOWN) + " is no longer in " + store.prefix() + ", "
                    + ByteSize.shown(freed) + " are free");
        } catch (ModelStoreException e) {
            throw failure(e);
        }
    }

    /** Shows what is there beyond what the catalogue names: left by imports that were interrupted, or by removals without --store. */
    public void listBeside(Catalogue catalogue) {
        Set<String> known = catalogue.entries().stream().map(ModelEntry::digest).collect(Collectors.toSet());
        try {
            var table = new TextTable("ONLY IN " + store.prefix(), "FORM", "FILES", "SIZE");
            List<String> others = store.digests().stream()
                    .filter(digest -> !known.contains(digest))
                    .toList();
            for (String digest : others) {
                StoredModel model = store.find(digest).orElseThrow();
                table.row(
                        digest,
                        model.form().name().toLowerCase(Locale.ROOT),
                        model.files().size(),
                        ByteSize.shown(model.size()));
            }
            if (!others.isEmpty()) {
                terminal.line(System.lineSeparator() + table);
            }
        } catch (ModelStoreException e) {
            throw failure(e);
        }
    }

    /** Where jobs' workers find what was sent. */
    String uri() {
        return store.prefix().toString();
    }

    /** The files of a model on this machine. */
    static LocalFiles files(Path path) {
        try {
            return LocalFiles.read(path);
        } catch (ModelStoreException e) {
            throw failure(e);
        }
    }

    private static CommandFailure failure(ModelStoreException e) {
        return CommandFailure.infrastructure(e.getMessage(), e);
    }
}
