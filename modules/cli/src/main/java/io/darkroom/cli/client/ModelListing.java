package io.darkroom.cli.client;

import io.darkroom.cli.local.ByteSize;
import io.darkroom.cli.terminal.Terminal;
import io.darkroom.cli.terminal.TextTable;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.StageKind;
import java.util.Locale;
import java.util.stream.Collectors;

/** The catalogue as a table. */
public final class ModelListing {
    private static final int DIGEST_SHOWN = 12;

    private ModelListing() {}

    public static void print(Catalogue catalogue, Terminal terminal) {
        if (catalogue.entries().isEmpty()) {
            terminal.line("the catalogue is empty; add a model with: darkroom models import FOLDER");
            return;
        }
        var table = new TextTable(
                "MODEL", "FAMILY", "KINDS", "PICTURE", "POOL", "SIZE", "DIGEST", "VAE", "LICENCE", "STORE");
        for (ModelEntry entry : catalogue.entries()) {
            table.row(
                    entry.name(),
                    entry.family().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    kinds(entry),
                    entry.defaultWidth() == 0 ? "-" : entry.defaultWidth() + "x" + entry.defaultHeight(),
                    entry.pool(),
                    entry.sizeBytes() == 0 ? "-" : ByteSize.shown(entry.sizeBytes()),
                    entry.digest().substring(0, DIGEST_SHOWN),
                    entry.vaeDigest()
                            .map(digest -> digest.substring(0, DIGEST_SHOWN))
                            .orElse("-"),
                    entry.licence().orElse("-"),
                    entry.store().orElse("-"));
        }
        terminal.out().print(table);
        terminal.out().flush();
    }

    private static String kinds(ModelEntry entry) {
        return entry.kinds().isEmpty()
                ? "-"
                : entry.kinds().stream().map(StageKind::wireName).collect(Collectors.joining(", "));
    }
}
