package io.darkroom.architecture.breaches.router;

import io.darkroom.architecture.breaches.pipelines.ReadsKafka;
import javax.imageio.ImageIO;

/** Also knows the pipelines. */
public record DrawsPictures(ReadsKafka pipeline) {
    String[] formats() {
        return ImageIO.getReaderFormatNames();
    }
}
