# The images of the orchestrator and of both mocks: a target for each. docs/deploy.md says how to run them.
# Each base is pinned by its full version. The workflow images.yml resolves the digests and writes them behind the tags.

# Only packages are installed here, none of which is made for one processor: so it runs on the processor of the machine that builds.
FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim AS build
# The images get this empty directory, with another owner.
WORKDIR /data
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps apps
COPY packages packages
# Hoisted: what a package of ours takes from its host, as saga-http takes hono, is found at the root.
# Files that only their owner may read, as a strict umask leaves them, would be unreadable for the user of the images.
RUN npx --yes pnpm@12.21.0 install --frozen-lockfile --prod --ignore-scripts --shamefully-hoist --filter-prod orchestrator... --filter-prod mock-store-manager... --filter-prod mock-payments... \
  && chmod -R a+rX .

# The page of the console. What builds it comes into no image.
FROM --platform=$BUILDPLATFORM node:24.21.0-bookworm-slim AS console
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages packages
RUN npx --yes pnpm@12.21.0 install --frozen-lockfile --ignore-scripts --filter saga-console... \
  && node packages/saga-console/src/build/main.ts

FROM denoland/deno:debian-2.9.6 AS base
LABEL org.opencontainers.image.licenses=MIT
ENV HOST=0.0.0.0 DENO_NO_UPDATE_CHECK=1
WORKDIR /app
COPY --chmod=644 LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
# The user "deno" of the base image, as a number: Kubernetes cannot tell from a name that it is not root.
USER 1993:1993

# The shell computes what the app may do from its variables, and becomes Deno: that is the first process then, and gets the signals.
FROM base AS mock-store-manager
COPY --from=build /app/apps/mock-store-manager apps/mock-store-manager
EXPOSE 5000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s --retries=3 \
  CMD ["deno", "run", "--no-prompt", "--cached-only", "--no-remote", "--allow-net", "--allow-env=HOST,PORT", "packages/service-kit/src/check-health.ts", "5000", "/health-check"]
ENTRYPOINT ["sh", "packages/service-kit/start.sh", "apps/mock-store-manager"]

FROM base AS mock-payments
COPY --from=build /app/apps/mock-payments apps/mock-payments
EXPOSE 5009
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s --retries=3 \
  CMD ["deno", "run", "--no-prompt", "--cached-only", "--no-remote", "--allow-net", "--allow-env=HOST,PORT", "packages/service-kit/src/check-health.ts", "5009", "/"]
ENTRYPOINT ["sh", "packages/service-kit/start.sh", "apps/mock-payments"]

# The last target is the one that is built where none is named.
FROM base AS orchestrator
COPY --from=build /app/apps/orchestrator apps/orchestrator
COPY --from=console /app/packages/saga-console/dist/page packages/saga-console/dist/page
# A new volume gets the owner of this directory.
COPY --from=build --chown=1993:1993 /data /data
VOLUME /data
ENV JOURNAL_PATH=/data/journal.sqlite
EXPOSE 5123
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s --retries=3 \
  CMD ["deno", "run", "--no-prompt", "--cached-only", "--no-remote", "--allow-net", "--allow-env=HOST,PORT", "packages/service-kit/src/check-health.ts", "5123", "/health/ready"]
ENTRYPOINT ["sh", "packages/service-kit/start.sh", "apps/orchestrator"]
