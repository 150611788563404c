import { readFileSync } from 'node:fs';
import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../src/errors.ts';
import { detailText, stepName } from '../../src/portal/web/pages/close/words.ts';
import { checkName } from '../../src/portal/web/shared/checkName.ts';
import { defaultChecklist } from '../../src/settlement/policy.ts';

// What the server says in English by itself, and the portal says in Chinese.

const web = 'src/portal/web';
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const chinese = /[\u4e00-\u9fff]/;

/** Met by who starts the server or its commands, before there is a portal. */
const ofCommandLine = [
  'CONFIGURATION_INVALID',
  'DATA_DIR_IN_USE',
  'DATA_DIR_NOT_WRITABLE',
  'DATABASE_NOT_STARTED',
  'DATABASE_UNREACHABLE',
  'DATABASE_TOO_OLD',
  'ROLES_MISSING',
  'MIGRATION_CHANGED',
  'FILE_UNUSABLE',
];

describe('errors in Chinese', () => {
  const errors: Record<string, Record<string, string>> = read(`${web}/shared/errors.zh.json`);

  it('are all of the catalogue that somebody at the portal can meet', () => {
    const wanted = Object.keys(errorCatalogue).filter((code) => !ofCommandLine.includes(code));
    expect(Object.keys(errors).sort()).toEqual(wanted.sort());
  });

  it('say each what is wrong and what to do', () => {
    const unsaid = Object.entries(errors).filter(
      ([, { title, remedy, ...more }]) =>
        !chinese.test(title ?? '') || !/[\u4e00-\u9fff].*。$/.test(remedy ?? '') || Object.keys(more).length > 0,
    );
    expect(unsaid).toEqual([]);
  });
});

const translations = i18next.createInstance();
const texts = (language: string) => ({
  close: read(`${web}/pages/close/texts.${language}.json`),
  words: read(`${web}/shared/words.${language}.json`),
});

beforeAll(async () => {
  const resources = { en: texts('en'), zh: texts('zh') };
  await translations.init({ resources, lng: 'zh', interpolation: { escapeValue: false } });
});

const inLanguage = (language: 'en' | 'zh') => translations.getFixedT(language, 'close');

describe('a close', () => {
  it('has a name for every step of the checklist that an operator need not write, in English the same', () => {
    for (const { name } of defaultChecklist) {
      expect(stepName(inLanguage('en'), name)).toBe(name);
      expect(stepName(inLanguage('zh'), name)).toMatch(chinese);
    }
    expect(stepName(inLanguage('zh'), 'Ask the auditor')).toBe('Ask the auditor');
  });

  /** All that `closing/automaticSteps.ts` says in fixed words: sentences, and those that count something. */
  const source = readFileSync('src/closing/automaticSteps.ts', 'utf8');
  const fixed = [...source.matchAll(/(?:open|notNeeded)\('([^']+)'\)/g)].map(([, said]) => said ?? '');
  const chosen = [...source.matchAll(/\? '([^']{4,})' :/g)]
    .map(([, said]) => said ?? '')
    .filter((said) => said.includes(' '));
  const counted = [...source.matchAll(/counted\([^,]+, '([^']+)', '([^']+)'(?:, '([^']+)')?\)(\} [^$`]+)?/g)].flatMap(
    ([, one, many, rest, more]) => {
      const end = (more ?? '').replace('}', '') || (rest ? ` ${rest}` : '');
      return [`1 ${one}${end}`, `27 ${many}${end}`];
    },
  );

  it('is told in Chinese whatever the server says of a step', () => {
    const said = [...fixed, ...chosen, ...counted].filter((sentence) => !sentence.includes('still wait'));
    expect(said.length).toBeGreaterThanOrEqual(15);
    const inEnglish = said.filter((sentence) => {
      const text = detailText(inLanguage('zh'), sentence);
      return !chinese.test(text) || /[a-z]{3}/.test(text) || (sentence.startsWith('27 ') && !text.includes('27'));
    });
    expect(inEnglish).toEqual([]);
  });

  it('tells what statements wait for, how scores stand and which checks fail', () => {
    const t = inLanguage('zh');
    expect(detailText(t, '12 payments; 3 statements still wait: 1 NO_INVOICE, 2 DELAY')).toBe(
      '12 笔付款 · 另有 3 张结算单待付：1 无已接受的发票, 2 按约定延后支付。',
    );
    expect(detailText(t, 'the scores are CALCULATED')).toBe('考核得分：已计算。');
    expect(detailText(t, 'lines = totals; pool P1: shares + remainder = fund + carried in')).toBe(
      '酬金明细合计 = 批次合计; 酬金池 P1：分配额 + 剩余 = 资金 + 上期结转',
    );
    expect(detailText(inLanguage('en'), '1 statement is not issued')).toBe('1 statement is not issued.');
  });

  it('leaves what is not known as it is', () => {
    expect(detailText(inLanguage('zh'), 'RUN_STATE: Run 3 is gone; ask again.')).toBe(
      'RUN_STATE: Run 3 is gone; ask again.',
    );
  });
});

it("a run's checks have names in Chinese, and their own where they are new", () => {
  const t = inLanguage('zh');
  const source = readFileSync('src/commissions/runChecks.ts', 'utf8');
  const names = [...source.matchAll(/select '([^']+)'(?: as name)?, total/g)].map(([, name]) => name ?? '');
  expect(names.length).toBe(2);
  for (const name of names) expect(checkName(t, name)).toMatch(chinese);
  expect(source).toContain("'pool ' || pool.code || ': shares + remainder = fund + carried in'");
  expect(checkName(t, 'pool P1: shares + remainder = fund + carried in')).toMatch(/^酬金池 P1/);
  expect(checkName(t, 'taxes = totals')).toBe('taxes = totals');
});
