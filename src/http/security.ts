import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { UserError } from '../errors.ts';
import { sendError } from './errors.ts';

// An API has nothing to show: a browser that renders an answer all the same may load and run nothing.
const apiPolicy = {
  useDefaults: false,
  directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
};

// GraphiQL's page is one whole, of inline script and styles: nothing is loaded from elsewhere.
const graphiqlPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'", "'unsafe-inline'", 'blob:'],
    styleSrc: ["'self'", "'unsafe-inline'"],
    workerSrc: ["'self'", 'blob:'],
    connectSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/**
 * Security headers for every answer. Where `graphiql` is on, its page alone (`GET /graphql` that accepts HTML) gets a
 * content security policy it can work with. `production` adds Strict-Transport-Security.
 */
export function securityHeaders(options: { graphiql: boolean; production: boolean }): RequestHandler {
  const common = { strictTransportSecurity: options.production, xFrameOptions: { action: 'deny' } } as const;
  const strict = helmet({ ...common, contentSecurityPolicy: apiPolicy });
  const forGraphiql = helmet({
    ...common,
    contentSecurityPolicy: graphiqlPolicy,
    crossOriginEmbedderPolicy: false,
  });
  return (request, response, next) => {
    const isPage =
      options.graphiql &&
      request.method === 'GET' &&
      request.path === '/graphql' &&
      request.headers.accept?.includes('text/html') === true;
    response.setHeader('Cache-Control', 'no-store');
    (isPage ? forGraphiql : strict)(request, response, next);
  };
}

/** A browser sends other kinds of bodies across sites without asking first, with the user's cookies. */
export const requireJson: RequestHandler = (request, response, next) => {
  if (request.method !== 'POST' || request.is(['application/json', 'application/graphql+json'])) return next();
  sendError(response, new UserError('MEDIA_TYPE_UNSUPPORTED', 'This is not a body of JSON.'));
};
