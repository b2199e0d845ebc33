# syntax=docker/dockerfile:1
# Everything that needs no GPU: the router, the command line, a worker on the CPU, the one-process system.
#   docker build -f docker/darkroom.Dockerfile -t darkroom .

FROM maven:3.9.11-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
# The build lists the jars that the program needs; they are gathered in one folder.
RUN --mount=type=cache,target=/maven \
    mvn -B -ntp -Dmaven.repo.local=/maven -Plauncher -pl '!modules/testkit,!modules/system-tests' \
        package \
    && mkdir -p target/lib \
    && cp modules/cli/target/darkroom-cli-*.jar target/lib/ \
    && xargs -d : -a modules/cli/target/classpath cp -t target/lib

FROM eclipse-temurin:25-jre
RUN groupadd --system --gid 10001 darkroom \
    && useradd --system --uid 10001 --gid darkroom --home-dir /var/lib/darkroom --create-home darkroom \
    && install --directory --owner=darkroom --group=darkroom /var/cache/darkroom
WORKDIR /opt/darkroom
COPY --from=build /src/darkroom /src/LICENSE /src/NOTICE ./
COPY --from=build /src/target/lib lib
COPY --from=build /src/modules/models/target/bundled models
COPY --from=build /src/modules/models/licenses licenses
# Arguments and names of files are read in the encoding of the locale.
ENV LANG=C.UTF-8
USER 10001:10001
WORKDIR /var/lib/darkroom
# A process that ends takes its container with it. One that lives but has no connection left (state 01: established)
# reaches no broker, and does no work.
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=4 \
    CMD ["awk", "$4 == \"01\" { alive = 1 } END { exit !alive }", "/proc/net/tcp", "/proc/net/tcp6"]
ENTRYPOINT ["/opt/darkroom/darkroom"]
CMD ["--help"]
