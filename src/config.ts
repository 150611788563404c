import { resolve } from 'node:path';
import { z } from 'zod';
import { UserError, UserErrors } from './errors.ts';

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://');

const environmentSchema = z.object({
  /** The owner's connection. Without it an embedded PostgreSQL is started under DATA_DIR. */
  DATABASE_URL: postgresUrl.optional(),
  /** The login role's connection for requests; without it requests use DATABASE_URL and change their role. */
  REQUEST_DATABASE_URL: postgresUrl.optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(4000),
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Whether GraphiQL and introspection are on; by default everywhere but in production. */
  GRAPHIQL: flag.optional(),
  /** How long after a period's end its close is due. */
  CLOSE_DELAY_HOURS: z.coerce
    .number()
    .int()
    .min(0)
    .max(24 * 31)
    .default(6),
  /** How often the clock asks the database what is due (cron, five fields). */
  CLOCK: z.string().min(9).default('*/5 * * * *'),
  SESSION_HOURS: z.coerce
    .number()
    .int()
    .min(1)
    .max(24 * 90)
    .default(12),
  /** How many proxies in front may be believed about the client's address. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** The keys that wrap the keys of encrypted numbers, `id:base64,id2:base64`: the first encrypts, all decrypt. */
  TRIBUTARY_ENVELOPE_KEYS: z.string().optional(),
  /** The key of the fingerprints by which the same number is found again; never changed. */
  TRIBUTARY_FINGERPRINT_KEY: z.string().optional(),
  DOCUMENT_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(1024 ** 3)
    .default(20 * 1024 ** 2),
  /** Where documents are kept: without S3_BUCKET in DATA_DIR/documents. */
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_BUCKET: z.string().optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
});

export type Config = {
  readonly databaseUrl: string | undefined;
  readonly requestDatabaseUrl: string | undefined;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly production: boolean;
  readonly logLevel: string;
  readonly graphiql: boolean;
  readonly closeDelayHours: number;
  readonly clock: string;
  readonly sessionHours: number;
  readonly trustedProxies: number;
  readonly envelopeKeys: string | undefined;
  readonly fingerprintKey: string | undefined;
  readonly documentMaxBytes: number;
  /** null: documents are kept in the folder `documents` of dataDir. */
  readonly s3: S3Config | null;
};

/** A bucket of an S3-compatible store. Without an endpoint it is Amazon's; without keys the client looks for them where it always does. */
export type S3Config = {
  readonly endpoint: string | undefined;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
};

/**
 * Reads the configuration from environment variables; empty ones count as missing.
 * @throws UserErrors CONFIGURATION_INVALID listing every fault at once.
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new UserErrors(
      parsed.error.issues.map(
        (issue) => new UserError('CONFIGURATION_INVALID', issue.message, issue.path.join('.') || undefined),
      ),
    );
  }
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';
  return {
    databaseUrl: env.DATABASE_URL,
    requestDatabaseUrl: env.REQUEST_DATABASE_URL,
    dataDir: resolve(env.DATA_DIR),
    host: env.HOST,
    port: env.PORT,
    production,
    logLevel: env.LOG_LEVEL,
    graphiql: env.GRAPHIQL ?? !production,
    closeDelayHours: env.CLOSE_DELAY_HOURS,
    clock: env.CLOCK,
    sessionHours: env.SESSION_HOURS,
    trustedProxies: env.TRUSTED_PROXIES,
    envelopeKeys: env.TRIBUTARY_ENVELOPE_KEYS,
    fingerprintKey: env.TRIBUTARY_FINGERPRINT_KEY,
    documentMaxBytes: env.DOCUMENT_MAX_BYTES,
    s3:
      env.S3_BUCKET === undefined
        ? null
        : {
            endpoint: env.S3_ENDPOINT,
            bucket: env.S3_BUCKET,
            region: env.S3_REGION,
            accessKeyId: env.S3_ACCESS_KEY_ID,
            secretAccessKey: env.S3_SECRET_ACCESS_KEY,
          },
  };
}
