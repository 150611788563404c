import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import type { Config } from './config.ts';
import type { Databases } from './db/client.ts';
import { openDocumentStore } from './documents/documents.ts';
import { clientCounter } from './http/anonymous.ts';
import { bankFileRoutes } from './http/bankFiles.ts';
import { refuseLargeBodies } from './http/bodies.ts';
import { documentRoutes } from './http/documents.ts';
import { answerError, answerNotFound } from './http/errors.ts';
import { exportRoutes } from './http/exports.ts';
import { type GraphqlOptions, graphqlPath, graphqlRoute } from './http/graphql.ts';
import { healthRoutes } from './http/health.ts';
import { largestBodyBytes } from './http/limits.ts';
import { type Logger, requestLog } from './http/log.ts';
import { createMetrics, metricsRoute } from './http/metrics.ts';
import { reconciliationRoutes } from './http/reconciliations.ts';
import { requireJson, securityHeaders } from './http/security.ts';
import { authRoutes } from './http/signIn.ts';
import { statementRoutes } from './http/statementFiles.ts';
import type { OpenStreams } from './http/streams.ts';
import { type EnvelopeKeys, noEnvelopeKeys } from './partners/envelope.ts';
import { portalFolder } from './portal/build.ts';
import { portalRoutes } from './portal/routes.ts';

export type ServerOptions = {
  readonly config: Config;
  readonly databases: Databases;
  readonly graphql: GraphqlOptions;
  readonly logger: Logger;
  readonly clock: () => Date;
  /** The keys with which numbers are encrypted; without them none can be saved or revealed. */
  readonly envelopeKeys?: EnvelopeKeys;
};

export type Server = {
  readonly app: Express;
  /** Begins to listen on the configured host and port (0: any free one). Rejects if that is not possible. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /**
   * Stops: `/health/ready` says so, nothing new is accepted, event streams end, requests under way get `graceMilliseconds`
   * to finish and are cut after that. The databases stay open. May be called again.
   */
  close(graceMilliseconds?: number): Promise<void>;
};

/** The HTTP server: sign-in, GraphQL, documents, exports, the portal, health and metrics. */
export function createServer(options: ServerOptions): Server {
  const { config, databases, graphql, logger, clock, envelopeKeys = noEnvelopeKeys } = options;
  const app = express();
  const metrics = createMetrics();
  const streams: OpenStreams = new Set();
  let draining = false;

  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustedProxies);
  app.use(requestLog(logger));
  app.use(metrics.measureRequests);
  app.use(securityHeaders(config));
  app.use((_request, response, next) => {
    if (draining) response.setHeader('Connection', 'close');
    next();
  });
  app.use(
    '/health',
    healthRoutes(databases, () => draining, logger),
  );
  app.get('/metrics', metricsRoute(metrics.registry, databases, clock));
  app.use('/auth', authRoutes(config, databases, clock));
  const documents = openDocumentStore(config);
  const countFor = clientCounter();
  app.use('/documents', documentRoutes(config, databases, documents, clock, countFor));
  app.use('/statements', statementRoutes(databases, clock));
  app.use('/exports', exportRoutes(databases, documents, clock));
  app.use('/bank-files', bankFileRoutes(databases, envelopeKeys, clock));
  app.use('/reconciliations', reconciliationRoutes(databases, clock));
  app.use(portalRoutes(portalFolder));
  const answerGraphql = graphqlRoute(config, databases, graphql, clock, metrics, streams, envelopeKeys, countFor);
  app.all(graphqlPath, requireJson, refuseLargeBodies(largestBodyBytes), answerGraphql);

  const server = createHttpServer(app);
  let closed: Promise<void> | undefined;
  return {
    app,
    listen: () => {
      app.use(answerNotFound);
      app.use(answerError);
      return listen(server, config);
    },
    close: (graceMilliseconds = 10_000) => {
      draining = true;
      closed ??= drain(server, streams, graceMilliseconds);
      return closed;
    },
  };
}

function listen(server: HttpServer, config: Config): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, () => {
      server.off('error', reject);
      const { port } = server.address() as AddressInfo;
      const host = config.host.includes(':') ? `[${config.host}]` : config.host;
      resolve({ url: `http://${host}:${port}`, port });
    });
  });
}

async function drain(server: HttpServer, streams: OpenStreams, graceMilliseconds: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // Connections that were kept alive become idle once their request is answered.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
  await Promise.allSettled([...streams].map((end) => end()));
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
