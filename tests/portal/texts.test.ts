import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const web = 'src/portal/web';
const inEnglish = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.en.json'));
const english = inEnglish.filter((path) => path.endsWith('texts.en.json'));

type Texts = { readonly [key: string]: string | Texts };
const read = (path: string): Texts => JSON.parse(readFileSync(join(web, path), 'utf8'));

/** Keys with their blanks: `page {number}`. Plurals have forms of their own in each language. */
const keysOf = (texts: Texts, prefix = ''): string[] =>
  Object.entries(texts).flatMap(([key, value]) => {
    if (typeof value !== 'string') return keysOf(value, `${prefix}${key}.`);
    const blanks = [...value.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name).sort();
    return [`${prefix}${key.replace(/_(one|other|zero)$/, '')} ${blanks.join(' ')}`];
  });

const unique = (keys: string[]) => [...new Set(keys)].sort();

it('there are texts', () => expect(english.length).toBeGreaterThan(10));

it.each(inEnglish)('%s says the same in Chinese', (path) => {
  const chinese = path.replace('.en.json', '.zh.json');
  expect(unique(keysOf(read(chinese)))).toEqual(unique(keysOf(read(path))));
});

/** Keys that pages name as they are; those that are put together from parts cannot be seen here. */
it.each(english)('%s has every text that its page names', (path) => {
  const folder = dirname(path);
  const known = new Set(keysOf(read(path)).map((key) => key.split(' ')[0]));
  const shared = new Set(
    ['texts', 'words', 'upload'].flatMap((name) =>
      keysOf(read(`shared/${name}.en.json`)).map((key) => `${name === 'texts' ? 'common' : name}:${key.split(' ')[0]}`),
    ),
  );
  const sources = readdirSync(join(web, folder)).filter(
    (name) => /\.tsx?$/.test(name) && !name.includes('.generated.'),
  );
  const named = sources.flatMap((name) =>
    [...readFileSync(join(web, folder, name), 'utf8').matchAll(/\bt\(\s*'([\w:.]+)'/g)].map(([, key]) => key ?? ''),
  );
  const missing = named.filter((key) => !shared.has(key) && !known.has(key));
  expect(missing).toEqual([]);
});
