FROM node:24-bookworm-slim AS portal
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci
COPY bin bin
COPY src src
RUN node bin/tributary.js build-portal

FROM node:24-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY --from=portal /app/dist dist
COPY bin bin
COPY src src
COPY schema schema
COPY jobs jobs
COPY migrations migrations
COPY examples examples
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
USER node
EXPOSE 4000
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:4000/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "bin/tributary.js", "serve"]
