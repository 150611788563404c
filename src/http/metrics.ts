import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { resolveActor } from '../auth/sessions.ts';
import type { Databases } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { credentialsOf } from './signIn.ts';

export type Metrics = {
  readonly registry: Registry;
  /** Middleware that measures how long requests take. */
  readonly measureRequests: RequestHandler;
  /** `operation`: query, mutation, subscription or unknown; `outcome`: ok, error, or refused before execution. */
  countOperation(operation: string, outcome: 'ok' | 'error' | 'refused'): void;
};

// A label of its own for each path that a client may think of would fill the memory.
const measuredPaths = /^\/(graphql|metrics|auth\/(sign-in|sign-out|me)|health\/(live|ready))\/?$/;

/** The process's metrics and those of requests and operations, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'tributary_http_request_duration_seconds',
    help: 'Time to answer a request; event streams are left out.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  const operations = new Counter({
    name: 'tributary_graphql_operations_total',
    help: 'GraphQL operations by kind and outcome.',
    labelNames: ['operation', 'outcome'],
    registers: [registry],
  });
  return {
    registry,
    measureRequests: (request, response, next) => {
      const route = measuredPaths.test(request.path) ? request.path.replace(/\/$/, '') : 'other';
      const stop = duration.startTimer();
      response.once('finish', () => {
        const isStream = String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');
        if (!isStream) stop({ method: request.method, route, status: response.statusCode });
      });
      next();
    },
    countOperation: (operation, outcome) => operations.inc({ operation, outcome }),
  };
}

const loopback = /^(127\.|::1$|::ffff:127\.)/;

/** `GET /metrics` for Prometheus: from this machine (not through a proxy on it), or for administrators and auditors. */
export function metricsRoute(registry: Registry, databases: Databases, clock: () => Date): RequestHandler {
  return async (request, response) => {
    const isForwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
    const isLocal = !isForwarded && loopback.test(request.socket.remoteAddress ?? '');
    const actor = isLocal ? null : await resolveActor(databases, credentialsOf(request), clock());
    if (!isLocal && !actor) throw new UserError('NOT_SIGNED_IN', 'Metrics are read with an API key.');
    if (!isLocal && actor?.user?.role !== 'ADMIN' && actor?.user?.role !== 'AUDITOR') {
      throw new UserError('FORBIDDEN', 'Metrics are for administrators and auditors.');
    }
    response.setHeader('Content-Type', registry.contentType);
    response.send(await registry.metrics());
  };
}
