import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = `http://127.0.0.1:${process.env.PORT ?? 4000}`;
const paths = ['/graphql', '/auth', '/documents', '/statements', '/exports', '/bank-files', '/reconciliations'];

export default defineConfig({
  root: import.meta.dirname,
  base: '/portal/',
  plugins: [react()],
  // The server puts a nonce of each answer in this place.
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: '../../../dist/portal',
    emptyOutDir: true,
    target: 'es2022',
    // No data: addresses, which the content security policy would have to allow.
    assetsInlineLimit: 0,
    // Charts are one late part, and known to be large.
    chunkSizeWarningLimit: 700,
    manifest: true,
  },
  server: { proxy: Object.fromEntries(paths.map((path) => [path, server])) },
});
