import express, { type Request, Router } from 'express';
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import { canonicalEmail } from '../auth/accounts.ts';
import { type Credentials, resolveSignedIn, sessionCookie, signIn, signOut } from '../auth/sessions.ts';
import type { Config } from '../config.ts';
import type { Databases } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { sendError } from './errors.ts';
import { requireJson } from './security.ts';

const minutes = 60_000;
const signInBody = z.object({ email: z.string().max(320), password: z.string().max(1000) });

/** What of an express request tells who is asking. */
export function credentialsOf(request: Pick<Request, 'headers' | 'id'>): Credentials {
  return { headers: request.headers, requestId: String(request.id) };
}

/**
 * `POST /auth/sign-in` with `{ email, password }` sets the session's cookie and answers `{ name, role, expiresAt }`;
 * `POST /auth/sign-out` ends the session; `GET /auth/me` answers who is signed in.
 */
export function authRoutes(
  config: Pick<Config, 'production' | 'sessionHours'>,
  databases: Databases,
  clock: () => Date,
): Router {
  const router = Router();
  const cookie = { httpOnly: true, sameSite: 'strict', secure: config.production, path: '/' } as const;

  router.post(
    '/sign-in',
    requireJson,
    express.json({ limit: '10kb' }),
    ...signInLimits(),
    async (request, response) => {
      const body = signInBody.safeParse(request.body);
      if (!body.success) throw new UserError('INPUT_INVALID', 'Send email and password.');
      const { email, password } = body.data;
      const session = await signIn(databases, email, password, clock(), config.sessionHours).catch((error) => {
        // Not the address: people type passwords into the wrong field.
        if (error instanceof UserError) request.log.warn({ address: request.ip }, 'Sign-in failed');
        throw error;
      });
      request.log.info({ userId: session.userId }, 'Signed in');
      response.cookie(sessionCookie, session.token, { ...cookie, expires: session.expiresAt });
      response.json({ name: session.name, role: session.role, expiresAt: session.expiresAt.toISOString() });
    },
  );

  router.post('/sign-out', requireJson, async (request, response) => {
    await signOut(databases, credentialsOf(request));
    response.clearCookie(sessionCookie, cookie);
    response.json({});
  });

  router.get('/me', async (request, response) => {
    const found = await resolveSignedIn(databases, credentialsOf(request), clock());
    if (!found) throw new UserError('NOT_SIGNED_IN', 'Nobody is signed in.');
    const { actor, name, expiresAt } = found;
    const { role, companyRight } = actor.user ?? {};
    response.json({
      email: actor.name,
      name,
      role,
      ...(role === 'AGENT' ? { companyRight } : {}),
      expiresAt,
    });
  });

  return router;
}

/** Ten wrong attempts for one address and client in 15 minutes, and a hundred attempts of one client in all. */
function signInLimits() {
  const common: Partial<Options> = {
    windowMs: 15 * minutes,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    // Whether proxies are believed is TRUSTED_PROXIES's business.
    validate: { xForwardedForHeader: false },
    handler: (_request, response) =>
      sendError(response, new UserError('TOO_MANY_ATTEMPTS', 'There were too many attempts to sign in.')),
  };
  const client = (request: Request) => ipKeyGenerator(request.ip ?? '');
  const email = (request: Request) => canonicalEmail(String(request.body?.email ?? '')).slice(0, 320);
  return [
    rateLimit({ ...common, limit: 100, keyGenerator: client }),
    rateLimit({
      ...common,
      limit: 10,
      skipSuccessfulRequests: true,
      keyGenerator: (request) => `${client(request)} ${email(request)}`,
    }),
  ];
}
