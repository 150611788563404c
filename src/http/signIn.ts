import express, { type Request, type Response, Router } from 'express';
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import { canonicalEmail, setPassword } from '../auth/accounts.ts';
import {
  type Credentials,
  type NewSession,
  resolveActor,
  resolveSignedIn,
  sessionCookie,
  signIn,
  signOut,
} from '../auth/sessions.ts';
import type { Config } from '../config.ts';
import type { Databases } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { sendError } from './errors.ts';
import { requireJson } from './security.ts';

const minutes = 60_000;
const signInBody = z.object({ email: z.string().max(320), password: z.string().max(1000) });
const passwordBody = z.object({ currentPassword: z.string().max(1000), password: z.string().max(1000) });

/** What of an express request tells who is asking. */
export function credentialsOf(request: Pick<Request, 'headers' | 'id'>): Credentials {
  return { headers: request.headers, requestId: String(request.id) };
}

/**
 * `POST /auth/sign-in` with `{ email, password }` sets the session's cookie and answers `{ name, role, expiresAt }`;
 * `POST /auth/sign-out` ends the session; `GET /auth/me` answers who is signed in; `POST /auth/password` with
 * `{ currentPassword, password }` changes one's own password, ends all one's sessions and answers with a new one, as signing in does.
 */
export function authRoutes(
  config: Pick<Config, 'production' | 'sessionHours'>,
  databases: Databases,
  clock: () => Date,
): Router {
  const router = Router();
  const cookie = { httpOnly: true, sameSite: 'strict', secure: config.production, path: '/' } as const;
  const answerSignedIn = (response: Response, session: NewSession) => {
    response.cookie(sessionCookie, session.token, { ...cookie, expires: session.expiresAt });
    response.json({ name: session.name, role: session.role, expiresAt: session.expiresAt.toISOString() });
  };

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
      answerSignedIn(response, session);
    },
  );

  // Not a mutation: whose right is READ may do this, too, and wrong attempts count.
  router.post(
    '/password',
    requireJson,
    express.json({ limit: '10kb' }),
    wrongAttemptLimit((request) => `password ${clientOf(request)}`),
    async (request, response) => {
      const body = passwordBody.safeParse(request.body);
      if (!body.success) throw new UserError('INPUT_INVALID', 'Send currentPassword and password.');
      // By the session alone: a key stands for a machine.
      const credentials = { ...credentialsOf(request), headers: { cookie: request.headers.cookie } };
      const actor = await resolveActor(databases, credentials, clock());
      if (!actor) throw new UserError('NOT_SIGNED_IN', 'Nobody is signed in.');
      await databases.owner.transaction((transaction) =>
        setPassword(transaction, actor, clock(), { email: actor.name, ...body.data }),
      );
      answerSignedIn(response, await signIn(databases, actor.name, body.data.password, clock(), config.sessionHours));
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

const clientOf = (request: Request) => ipKeyGenerator(request.ip ?? '');

const limitDefaults: Partial<Options> = {
  windowMs: 15 * minutes,
  standardHeaders: 'draft-7',
  legacyHeaders: false,
  // Whether proxies are believed is TRUSTED_PROXIES's business.
  validate: { xForwardedForHeader: false },
  handler: (_request, response) =>
    sendError(response, new UserError('TOO_MANY_ATTEMPTS', 'There were too many attempts to sign in.')),
};

/** Ten wrong attempts in 15 minutes of whom the key names. */
const wrongAttemptLimit = (keyGenerator: (request: Request) => string) =>
  rateLimit({ ...limitDefaults, limit: 10, skipSuccessfulRequests: true, keyGenerator });

/** Ten wrong attempts for one address and client in 15 minutes, and a hundred attempts of one client in all. */
function signInLimits() {
  const email = (request: Request) => canonicalEmail(String(request.body?.email ?? '')).slice(0, 320);
  return [
    rateLimit({ ...limitDefaults, limit: 100, keyGenerator: clientOf }),
    wrongAttemptLimit((request) => `${clientOf(request)} ${email(request)}`),
  ];
}
