import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Config } from '../config.ts';
import { writeNewFile } from '../wholeFile.ts';
import { documentLost } from './localStore.ts';
import type { DocumentStore } from './store.ts';

/**
 * Documents as objects of a bucket of any S3-compatible store. S3 wants to know the size first: what is put goes through a file in
 * `spoolFolder`, which only this system user can read, and which is gone afterwards.
 */
export function openS3Store(config: S3Config, spoolFolder: string): DocumentStore {
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = config;
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
    // Not every compatible store knows the newer checksums; ours is compared on every read.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // What fails is thrown, and logged where it ends up.
    logger: { trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  return {
    put: async (key, stream) => {
      await mkdir(spoolFolder, { recursive: true, mode: 0o700 });
      const spool = join(spoolFolder, randomUUID());
      try {
        await writeNewFile(spool, stream, 0o600);
        const { size } = await stat(spool);
        const body = createReadStream(spool);
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentLength: size }));
      } finally {
        await rm(spool, { force: true });
      }
    },
    get: async (key) => {
      const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch((error) => {
        throw error instanceof NoSuchKey ? documentLost() : error;
      });
      if (!(body instanceof Readable)) throw documentLost();
      return body;
    },
    remove: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}
