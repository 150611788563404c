import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { printedSchema } from '../../schema/print.ts';
import { programmeJsonSchema } from '../../src/programme/schema.ts';
import { portalDocuments } from './portalDocuments.ts';

// The files that are made from code: written by `npm run generate`, compared by `npm run check`, so that a change of the API,
// of the programme file or of the tables is seen in review.

const schemaText = printedSchema();
const files: Record<string, string> = {
  'schema.graphql': schemaText,
  'programme.schema.json': `${JSON.stringify(programmeJsonSchema(), null, 2)}\n`,
  ...(await portalDocuments(schemaText)),
};

/** Tables without their migration: generating one must find nothing to do. What a check generates is taken away again. */
function missingMigrations(): string[] {
  const before = new Set(readdirSync('migrations'));
  execFileSync('npx', ['drizzle-kit', 'generate', '--name', 'missing'], { stdio: 'ignore' });
  const made = readdirSync('migrations').filter((name) => !before.has(name));
  for (const name of made) rmSync(`migrations/${name}`, { recursive: true });
  return made.length > 0 ? ['migrations/ (run npm run db:generate)'] : [];
}

function differing(): string[] {
  const changed = Object.entries(files).filter(
    ([name, text]) => !existsSync(name) || readFileSync(name, 'utf8') !== text,
  );
  return [...changed.map(([name]) => `${name} (run npm run generate)`), ...missingMigrations()];
}

if (process.argv.includes('--check')) {
  const stale = differing();
  process.stdout.write(stale.length === 0 ? 'generated files are up to date\n' : `out of date: ${stale.join(', ')}\n`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [name, text] of Object.entries(files)) writeFileSync(name, text);
}
