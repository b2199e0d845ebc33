package io.darkroom.architecture.breaches.diffusion;

import java.nio.file.Path;

record WritesAFile(Path file) {}
