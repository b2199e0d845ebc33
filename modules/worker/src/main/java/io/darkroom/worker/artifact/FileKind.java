package io.darkroom.worker.artifact;

/** The kinds of files that a worker writes. */
enum FileKind {
    PNG("png", "image/png"),
    JPEG("jpg", "image/jpeg"),
    GIF("gif", "image/gif"),
    SAFETENSORS("safetensors", "application/octet-stream");

    private final String extension;
    private final String contentType;

    FileKind(String extension, String contentType) {
        this.extension = extension;
        this.contentType = contentType;
    }

    String extension() {
        return extension;
    }

    String contentType() {
        return contentType;
    }
}
