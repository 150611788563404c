import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export type FakeS3 = {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  /** Method, path, length and whether it was signed, of each request. */
  readonly requests: { method: string; path: string; length: string | undefined; signed: boolean }[];
  /** Answers the next request with this status. */
  failNext(status: number): void;
};

/** As much of S3 as a store of documents needs: objects under /bucket/key. */
export async function startFakeS3(): Promise<FakeS3> {
  const objects = new Map<string, Buffer>();
  const requests: FakeS3['requests'] = [];
  let failure: number | undefined;
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const { 'content-length': length, authorization } = request.headers;
    const signed = authorization?.startsWith('AWS4-HMAC-SHA256 Credential=key-id/') === true;
    requests.push({ method: request.method ?? '', path, length, signed });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (failure !== undefined) {
      response
        .writeHead(failure, { 'content-type': 'application/xml' })
        .end('<Error><Code>AccessDenied</Code></Error>');
      failure = undefined;
      return;
    }
    const found = objects.get(path);
    if (request.method === 'PUT') objects.set(path, Buffer.concat(chunks));
    if (request.method === 'DELETE') objects.delete(path);
    if (request.method === 'GET' && !found) {
      response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>');
      return;
    }
    response.writeHead(request.method === 'DELETE' ? 204 : 200, { etag: '"e"' });
    response.end(request.method === 'GET' ? found : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    requests,
    failNext: (status) => {
      failure = status;
    },
  };
}
