import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import express, { type Request, type Response, Router } from 'express';
import { UserError } from '../errors.ts';
import { sendError } from '../http/errors.ts';

/**
 * The portal's pages under `/portal/`: its parts, which keep their names for ever, and for every other address the one page that
 * then asks the API as any client does. The page may run and load only what comes from this server; styles that the page makes
 * while it runs carry the nonce of that answer.
 * @param folder where the built portal lies
 */
export function portalRoutes(folder: string): Router {
  const router = Router();
  router.get('/', (_request, response) => response.redirect('/portal/'));
  router.use('/portal/assets', preferBrotli(folder), express.static(join(folder, 'assets'), parts));
  router.get('/portal{/*path}', (request, response) => sendPage(folder, request, response));
  return router;
}

const parts = {
  index: false,
  cacheControl: false,
  setHeaders(response: Response, path: string) {
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    if (!path.endsWith('.br')) return;
    response.setHeader('Content-Encoding', 'br');
    response.type(extname(path.slice(0, -3)));
  },
} as const;

/** Sends the packed file to clients that can unpack it. */
function preferBrotli(folder: string) {
  return (request: Request, response: Response, next: () => void) => {
    response.setHeader('Vary', 'Accept-Encoding');
    const packed = `${request.path}.br`;
    const isName = /^\/[\w.-]+$/.test(request.path);
    if (isName && request.acceptsEncodings('br') && existsSync(join(folder, 'assets', packed))) request.url = packed;
    next();
  };
}

async function sendPage(folder: string, request: Request, response: Response): Promise<void> {
  // a file's name; further down points are part of ids
  if (/^\/portal\/(assets\/.*|[^/]+\.\w+)$/.test(request.path)) {
    sendError(response, new UserError('NOT_FOUND', 'There is nothing at this address.'));
    return;
  }
  const page = await readFile(join(folder, 'index.html'), 'utf8').catch(() => undefined);
  if (page === undefined) {
    const message =
      'The portal is not built: start with `npm start`, which builds it, in a folder with all dependencies.';
    sendError(response, new UserError('NOT_READY', message));
    return;
  }
  const nonce = randomBytes(16).toString('base64');
  response.setHeader('Content-Security-Policy', pagePolicy(nonce));
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.type('html').send(page.replaceAll('__NONCE__', nonce));
}

function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
