package io.darkroom.cli.client;

import io.darkroom.cli.terminal.Terminal;
import io.darkroom.cli.terminal.TextTable;
import io.darkroom.contract.catalogue.ModelEntry;
import io.darkroom.contract.catalogue.StageKind;
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
        var table = new TextTable("MODEL", "KINDS", "SIZE", "POOL", "DIGEST", "VAE");
        for (ModelEntry entry : catalogue.entries()) {
            table.row(
                    entry.name(),
                    entry.kinds().stream().map(StageKind::wireName).collect(Collectors.joining(", ")),
                    entry.defaultWidth() + "x" + entry.defaultHeight(),
                    entry.pool(),
                    entry.digest().substring(0, DIGEST_SHOWN),
                    entry.vaeDigest().substring(0, DIGEST_SHOWN));
        }
        terminal.out().print(table);
        terminal.out().flush();
    }
}
