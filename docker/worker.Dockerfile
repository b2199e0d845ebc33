# syntax=docker/dockerfile:1
# A worker on NVIDIA GPUs.
#   docker build -f docker/worker.Dockerfile -t darkroom-worker .
#   docker run --gpus all darkroom-worker worker --pool ... --bootstrap-server ...

FROM maven:3.9.11-eclipse-temurin-25 AS build
# The tools of the build stage need no pinned versions.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends unzip zip \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/maven \
    mvn -B -ntp -Dmaven.repo.local=/maven -Plauncher,cuda -pl '!modules/testkit,!modules/system-tests' \
        package \
    && mkdir -p target/lib \
    && cp modules/cli/target/darkroom-cli-*.jar target/lib/ \
    && xargs -d : -a modules/cli/target/classpath-cuda cp -t target/lib
# ONNX Runtime would unpack its 600 MB of libraries at every start; they are unpacked once, here. The libraries of other
# platforms leave the image.
RUN unzip -j target/lib/onnxruntime_gpu-*.jar 'ai/onnxruntime/native/linux-x64/*' -d target/native \
        -x '*tensorrt*' \
    && zip -q -d target/lib/onnxruntime_gpu-*.jar 'ai/onnxruntime/native/*'

# ONNX Runtime 1.29 is linked with CUDA 12 and loads cuDNN 9.
FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04
COPY --from=build /opt/java/openjdk /opt/java/openjdk
RUN groupadd --system --gid 10001 darkroom \
    && useradd --system --uid 10001 --gid darkroom --home-dir /var/lib/darkroom --create-home darkroom \
    && install --directory --owner=darkroom --group=darkroom /var/cache/darkroom
WORKDIR /opt/darkroom
COPY --from=build /src/darkroom /src/LICENSE /src/NOTICE ./
COPY --from=build /src/target/lib lib
COPY --from=build /src/target/native native
COPY --from=build /src/modules/models/target/bundled models
COPY --from=build /src/modules/models/licenses licenses
ENV JAVA_HOME=/opt/java/openjdk
# Arguments and names of files are read in the encoding of the locale.
ENV LANG=C.UTF-8
USER 10001:10001
WORKDIR /var/lib/darkroom
# A process that ends takes its container with it. One that lives but has no connection left (state 01: established)
# reaches no broker, and does no work.
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s --retries=4 \
    CMD ["awk", "$4 == \"01\" { alive = 1 } END { exit !alive }", "/proc/net/tcp", "/proc/net/tcp6"]
ENTRYPOINT ["/opt/darkroom/darkroom"]
CMD ["worker", "--help"]
