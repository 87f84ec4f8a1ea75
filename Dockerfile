# proverd in an image that holds what runs and nothing else:
#
#   docker build -t noir-worker:prod -f Dockerfile .
#   docker run -p 8080:8080 noir-worker:prod
#
# script/image does the same with podman or buildah, and passes what makes two builds of a commit equal.
#
#   --build-arg BASE=IMAGE         what the stages are made from, Debian 12; none of it stays but libraries
#   --build-arg CRS_POINTS=N       points of the CRS: one more than the rows of the largest circuit
#   --build-context crs=FOLDER     takes the CRS from there instead of from Aztec
#   --build-arg REBUILD=N          another N, and every stage but those of Debian's packages is built anew
#   --secret id=npmrc, id=ca       how npm and curl reach their servers, where that takes more than defaults
#
# The stages run on the building machine's own platform and compile for TARGETARCH, so an image for
# arm64 is made on amd64, and the other way round, without an emulator.

ARG BASE=debian:bookworm-slim

# Empty, so that the build context of this name can take its place.
FROM scratch AS crs

FROM --platform=$BUILDPLATFORM ${BASE} AS tools
COPY deploy/image/install-tools /deploy/image/
RUN /deploy/image/install-tools
WORKDIR /proverd

FROM tools AS packages
ARG REBUILD
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt npm ci --ignore-scripts --no-audit --no-fund

FROM packages AS circuit
COPY circuit circuit
RUN node circuit/compile.mjs

# bb only reads a CRS whose points are decompressed; of compressed ones it has to write a copy first.
FROM tools AS points
ARG CRS_POINTS=65537
ARG REBUILD
COPY script/crs script/crs.sha256 script/decompress-crs.mjs script/lib.sh script/
RUN --mount=type=bind,from=crs,target=/crs \
    --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    CRS_PATH=/crs script/crs --points "$CRS_POINTS" && node script/decompress-crs.mjs .cache/crs

FROM tools AS compiler
ARG TARGETARCH
COPY deploy/image/install-compiler deploy/image/target.sh /deploy/image/
RUN /deploy/image/install-compiler

FROM compiler AS program
ARG TARGETARCH
ARG REBUILD
COPY meson.build meson_options.txt ./
COPY script/embed script/lib.sh script/
COPY include include
COPY src src
COPY deploy/image/compile deploy/image/target.sh deploy/image/
RUN deploy/image/compile /out

FROM compiler AS root
ARG TARGETARCH
ARG REBUILD
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE_DATE_EPOCH=0
COPY --from=program /out /out
COPY --from=circuit /proverd/circuit/target/circuit.json /out/app/circuit.json
COPY --from=points /proverd/.cache/crs /out/crs
COPY --from=packages /proverd/node_modules/@aztec/bb.js/build/$TARGETARCH-linux/bb /out/usr/bin/bb
COPY --from=packages /proverd/node_modules/@aztec/bb.js/package.json /out/usr/share/doc/bb/package.json
COPY LICENSE package-lock.json ./
COPY deploy/image/assemble deploy/image/sbom.mjs deploy/image/target.sh deploy/image/
RUN deploy/image/assemble /out /root-of

# The layers, from what changes least to what changes most.
FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="proverd" \
      org.opencontainers.image.description="UltraHonk proofs of Noir circuits over HTTP, made by Barretenberg" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
COPY --from=root /root-of/system /
COPY --from=root /root-of/crs /
COPY --from=root /root-of/proverd /
ENV PROVERD_BB=/usr/bin/bb PROVERD_CRS_PATH=/usr/share/proverd/crs PROVERD_CIRCUIT=/app/circuit.json
USER 65532:65532
EXPOSE 8080
# It finds the server wherever its options or variables have it listen.
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["/usr/bin/proverd", "--check"]
ENTRYPOINT ["/usr/bin/proverd"]
