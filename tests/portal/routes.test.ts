import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portalRoutes } from '../../src/portal/routes.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-portal-'));
const server = createServer();
let url = '';

beforeAll(async () => {
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<script nonce="__NONCE__" src="/portal/assets/main.js"></script>');
  await writeFile(join(folder, 'assets', 'main.js'), 'let plain;');
  await writeFile(join(folder, 'assets', 'main.js.br'), brotliCompressSync('let packed;'));
  await writeFile(join(folder, 'secret.txt'), 'not a part');
  server.on('request', express().use('/empty', portalRoutes('/nowhere')).use(portalRoutes(folder)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers, redirect: 'manual' });

describe('the page', () => {
  it('answers every address of the portal, and runs only what comes from this server', async () => {
    const answers = await Promise.all(
      ['/portal/', '/portal', '/portal/earnings/abc', '/portal/earnings/lines/L.E01.SELLER'].map((path) => get(path)),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toContain('unsafe');
    }
  });

  it('carries a nonce of its own each time, the one of its policy', async () => {
    const seen = await Promise.all(
      [1, 2].map(async () => {
        const answer = await get('/portal/');
        const [, nonce] = /nonce="([^"]+)"/.exec(await answer.text()) ?? [];
        expect(answer.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`);
        return nonce;
      }),
    );
    expect(seen[0]).not.toBe(seen[1]);
    expect(seen[0]).not.toBe('__NONCE__');
  });

  it("is where the server's own address leads", async () => {
    const answer = await get('/');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/portal/']);
  });

  it('says how it is built where it is not', async () => {
    const answer = await get('/empty/portal/');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      error: { code: 'NOT_READY', message: expect.stringContaining('npm start') },
    });
  });
});

describe('its parts', () => {
  it('are packed for those who can unpack them, and kept for ever', async () => {
    const packed = await get('/portal/assets/main.js', { 'accept-encoding': 'gzip, br' });
    expect(await packed.text()).toBe('let packed;');
    expect(packed.headers.get('content-encoding')).toBe('br');
    expect(packed.headers.get('content-type')).toMatch(/javascript/);
    expect(packed.headers.get('cache-control')).toContain('immutable');
    const plain = await get('/portal/assets/main.js', { 'accept-encoding': 'identity' });
    expect(await plain.text()).toBe('let plain;');
    expect(plain.headers.get('vary')).toContain('Accept-Encoding');
  });

  it('are the parts alone: no other file, and no page in the place of a missing one', async () => {
    for (const path of [
      '/portal/assets/missing.js',
      '/portal/secret.txt',
      '/portal/assets/..%2Fsecret.txt',
      '/portal/assets/%2e%2e/secret.txt',
    ])
      expect((await get(path)).status, path).toBe(404);
  });
});
