/** @param t with the namespace "words" loaded */
type Translate = (key: string, options?: Readonly<Record<string, string>>) => string;

const names: Readonly<Record<string, string>> = {
  'lines = totals': 'words:check.lines',
  'statements = totals': 'words:check.statements',
};

/** What a check of a run says should be true, in the language of the page. In: the API's name of it, which is the answer where it is not known. */
export function checkName(t: Translate, name: string): string {
  const known = names[name];
  if (known) return t(known);
  const pool = /^pool (.+): shares \+ remainder = fund \+ carried in$/.exec(name)?.[1];
  return pool ? t('words:check.pool', { pool }) : name;
}
