# Stationkeeper's image. docs/image.md says how to build, run and check it.
#
# The base is named by its whole version. Its digest pins it for good:
#   docker build --build-arg NODE_IMAGE=node:24.21.0-trixie-slim@sha256:… .
ARG NODE_IMAGE=node:24.21.0-trixie-slim

# What the program needs at run time: the lockfile's packages, checked by their hashes, none of whose scripts runs. They and
# the program are JavaScript alone, so both are made on the builder's own architecture, whatever the image is for.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Node takes dist-cjs of the AWS SDK; dist-es is for bundlers. Types, source maps and commands are for developers. Licences stay.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
    && find node_modules \
      \( -type d \( -name dist-es -o -name dist-types -o -name .bin \) -prune \
      -o -type f \( -name '*.ts' -o -name '*.[cm]ts' -o -name '*.map' \) \) \
      -exec rm -rf {} +

FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
ARG SOURCE_DATE_EPOCH
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY release ./release
COPY sandbox ./sandbox
COPY controller ./controller
RUN npm run build \
    && node dist/release/sbom.js > sbom.spdx.json

FROM ${NODE_IMAGE}
# git reads manifests, by ssh too. tini is PID 1: it reaps the helpers of a git that had to be ended, which Node would not.
# The archive keeps no old versions, so they are not pinned: a build takes the fixes of its day.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git openssh-client tini \
    && rm -rf /var/lib/apt/lists/* /var/cache/debconf/* /var/log/*
# Nothing is installed at run time. ssh refuses to work for a user without an entry; its home is the only writable folder.
RUN rm -rf /opt/yarn* /usr/local/lib/node_modules /usr/local/bin/corepack /usr/local/bin/npm /usr/local/bin/npx \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg \
    && echo 'stationkeeper:x:65532:65532::/tmp:/usr/sbin/nologin' >> /etc/passwd \
    && echo 'stationkeeper:x:65532:' >> /etc/group

WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist/sandbox ./dist/sandbox
COPY --from=build /app/dist/controller ./dist/controller
COPY --from=build /app/sbom.spdx.json ./
# Readable for the user below, whatever umask the checkout was made under.
COPY --chmod=0644 package.json LICENSE ./

ENV NODE_ENV=production \
    HOME=/tmp \
    STATIONKEEPER_LISTEN=0.0.0.0:8080
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["node", "/app/dist/controller/healthcheck.js"]
# As a subreaper tini also does its work where it is not PID 1, as with a shared process namespace. V8 would start four threads of its own,
# which on the one core of a small task keep those waiting that answer and reconcile.
ENTRYPOINT ["/usr/bin/tini", "-s", "--", "node", "--v8-pool-size=1", "/app/dist/controller/main.js"]
CMD ["run"]

ARG NODE_IMAGE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="stationkeeper" \
      org.opencontainers.image.description="Keeps daemon services on AWS as manifests in git want them." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${NODE_IMAGE}"
