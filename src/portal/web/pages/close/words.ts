import { checkName } from '../../shared/checkName.ts';

// What the API says of a close is English. Of what it says by itself the page has texts; what people wrote stays.

/** With the namespaces "close" (the default) and "words" loaded. */
type Translate = (key: string, options?: Readonly<Record<string, string | number>>) => string;

/** The steps of the checklist of an operator that wrote none, by the names that the API gives them. */
const stepCodes: Readonly<Record<string, string>> = {
  'Sales events are complete': 'EVENTS',
  'Conflicts of the period are settled': 'CONFLICTS',
  'Scores are final': 'SCORES',
  'The run is calculated': 'RUN',
  'The checks of the run hold': 'CHECKS',
  'The run is approved': 'APPROVAL',
  'Statements are issued': 'STATEMENTS',
  'Exports are made': 'EXPORTS',
  'The journal is posted': 'JOURNAL',
  'The bank file is made': 'BANK_FILE',
};

/** The name of a step; as it is where the operator wrote it. */
export function stepName(t: Translate, name: string): string {
  const code = stepCodes[name];
  return code ? t(`words:closeStep.${code}`) : name;
}

const sentences: readonly (readonly [string, RegExp])[] = [
  ['periodOpen', /^the period is not over$/],
  ['nothingImported', /^nothing was imported since the period is over$/],
  ['casesUnsettled', /^(?<count>\d+) cases? (is|are) not settled$/],
  ['noScorecard', /^no scorecard is in force$/],
  ['nothingScored', /^nothing is scored$/],
  ['scoresAre', /^the scores are (?<state>[A-Z]+)$/],
  ['noStatements', /^the run has no statements$/],
  ['notIssued', /^(?<count>\d+) statements? (is|are) not issued$/],
  ['issued', /^(?<count>\d+) statements?$/],
  ['beingMade', /^they are being made$/],
  ['nothingPayable', /^nothing is to be paid$/],
  ['inNoBatch', /^(?<count>\d+) statements? can be paid, in no batch$/],
  ['notPayableYet', /^no statement can be paid yet$/],
  ['payments', /^(?<count>\d+) payments?$/],
];

const waiting = /^(?<said>.*); (?<count>\d+) statements? still waits?: (?<why>.*)$/s;

/** What is missing of a step that the data tell, or what was done of it; as it is where it is none of the sentences known here. */
export function detailText(t: Translate, detail: string): string {
  const { said = detail, count, why } = waiting.exec(detail)?.groups ?? {};
  const parts = [sentenceText(t, said)];
  if (why) parts.push(t('said.waiting', { count: Number(count), why: why.split(', ').map(reasonText(t)).join(', ') }));
  return parts.join(' · ');
}

function sentenceText(t: Translate, said: string): string {
  for (const [key, pattern] of sentences) {
    const found = pattern.exec(said);
    if (!found) continue;
    const { count, state } = found.groups ?? {};
    return t(`said.${key}`, {
      ...(count && { count: Number(count) }),
      ...(state && { state: t(`scoreState.${state}`, { defaultValue: state }) }),
    });
  }
  return said
    .split('; ')
    .map((name) => checkName(t, name))
    .join('; ');
}

/** `2 NO_INVOICE`: how many wait, and what for. */
const reasonText = (t: Translate) => (reason: string) => {
  const [count = '', obstacle = ''] = reason.split(' ');
  return `${count} ${t(`obstacle.${obstacle}`, { defaultValue: obstacle })}`;
};
