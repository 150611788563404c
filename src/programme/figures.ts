import { rawSql, type Transaction } from '../db/client.ts';
import { canonicalDecimal } from '../money.ts';
import { loadSettledMetrics } from '../scorecards/measureSettled.ts';
import type { Fault } from './paths.ts';
import type { Programme } from './schema.ts';

// Exchange rates and values of metrics: figures that come anew every month and may change as long as anybody needs them to.
// Their `code` is their natural key as one text.

export type ExchangeRateRecord = {
  readonly code: string;
  readonly currency: string;
  readonly into: string;
  readonly from: string;
  readonly to: string | null;
  readonly rate: string;
};

export type MetricValueRecord = {
  readonly code: string;
  readonly agent: string;
  readonly metric: string;
  readonly period: string;
  readonly value: string;
};

type Rates = ReadonlyMap<string, ExchangeRateRecord>;

/** Values there are, by their codes, and by period the metrics that published scores are or read. */
export type KnownValues = {
  readonly known: ReadonlyMap<string, MetricValueRecord>;
  readonly settled: ReadonlyMap<string, ReadonlySet<string>>;
};

/**
 * The exchange rates a programme declares, and those known that end because a declared one begins: a rate without an end
 * holds until the next of its pair.
 */
export function declaredExchangeRates(programme: Programme, known: Rates): ExchangeRateRecord[] {
  const declared = programme.exchangeRates.map(({ currency, into, from, to, rate }) => ({
    code: `${currency}-${into}@${from}`,
    currency,
    into,
    from,
    to: to ?? null,
    rate,
  }));
  const pairs = new Set(declared.map(pairOf));
  const all = new Map([...known].filter(([, rate]) => pairs.has(pairOf(rate))));
  for (const rate of declared) all.set(rate.code, rate);
  const sorted = [...all.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  return sorted.map((rate, index) => {
    const next = sorted[index + 1];
    return rate.to === null && next && pairOf(next) === pairOf(rate) ? { ...rate, to: next.from } : rate;
  });
}

const pairOf = ({ currency, into }: Pick<ExchangeRateRecord, 'currency' | 'into'>) => `${currency}-${into}`;

/** The metric values a programme declares. */
export function declaredMetricValues(programme: Programme): MetricValueRecord[] {
  return programme.metricValues.map((entry) => ({ ...entry, code: metricKey(entry) }));
}

const metricKey = ({ agent, metric, period }: Omit<MetricValueRecord, 'code' | 'value'>) =>
  `${agent} ${metric} ${period}`;

/** Rates of one pair that hold on the same day, rates of a currency into itself, figures given twice, or that published scores are made of. */
export function checkFigures(programme: Programme, knownRates: Rates, values: KnownValues): Fault[] {
  return [
    ...doubledRates(programme),
    ...overlappingRates(programme, knownRates),
    ...doubledValues(programme),
    ...settledValues(programme, values),
  ];
}

/** Published scores, and what they read, stay as they are (DOMAIN.md §5). */
function settledValues(programme: Programme, { known, settled }: KnownValues): Fault[] {
  return declaredMetricValues(programme).flatMap(({ code, metric, period, value }, index): Fault[] => {
    if (!settled.get(period)?.has(metric) || known.get(code)?.value === value) return [];
    const message = `the scores of ${period} are published, and they are or read ${metric}`;
    return [{ code: 'METRIC_SCORED', path: ['metricValues', index, 'value'], message }];
  });
}

function doubledRates({ exchangeRates }: Programme): Fault[] {
  const seen = new Set<string>();
  return exchangeRates.flatMap((rate, index): Fault[] => {
    const path = ['exchangeRates', index];
    if (rate.currency === rate.into) {
      const message = `must be another currency than ${rate.currency}: the rate of a currency into itself is 1`;
      return [{ code: 'PROGRAMME_INVALID', path: [...path, 'into'], message }];
    }
    const key = `${pairOf(rate)}@${rate.from}`;
    if (seen.has(key)) {
      const message = `there are two rates of ${rate.currency} into ${rate.into} from ${rate.from} on; remove one`;
      return [{ code: 'DATES_OVERLAP', path: [...path, 'from'], message }];
    }
    seen.add(key);
    return [];
  });
}

function overlappingRates(programme: Programme, known: Rates): Fault[] {
  const rates = declaredExchangeRates(programme, known);
  const positions = new Map<string, number>(
    programme.exchangeRates.map((rate, index) => [`${pairOf(rate)}@${rate.from}`, index]),
  );
  return rates.flatMap((later, index): Fault[] => {
    const earlier = rates[index - 1];
    if (!earlier || pairOf(earlier) !== pairOf(later) || earlier.to === null || earlier.to <= later.from) return [];
    const position = positions.get(later.code) ?? positions.get(earlier.code);
    const message =
      `rates of ${later.currency} into ${later.into} overlap: the one from ${earlier.from} to ${earlier.to} and the one ` +
      `from ${later.from}; let the earlier end on ${later.from}`;
    return [{ code: 'DATES_OVERLAP', path: ['exchangeRates', ...(position === undefined ? [] : [position])], message }];
  });
}

function doubledValues({ metricValues }: Programme): Fault[] {
  const seen = new Set<string>();
  return metricValues.flatMap((entry, index): Fault[] => {
    const key = metricKey(entry);
    const { agent, metric, period } = entry;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const message = `agent ${agent} has two values of ${metric} for ${period}; remove one`;
    return [{ code: 'CODE_DUPLICATE', path: ['metricValues', index], message }];
  });
}

/** The exchange rates there are, where a programme declares any. */
export async function loadExchangeRates(transaction: Transaction, programme: Programme): Promise<ExchangeRateRecord[]> {
  if (programme.exchangeRates.length === 0) return [];
  const rows = await rawSql(transaction)<ExchangeRateRecord[]>`
    select currency || '-' || into_currency || '@' || valid_from as code, currency, into_currency as into,
           valid_from::text as from, valid_to::text as to, rate::text
    from exchange_rate`;
  return rows.map((row) => ({ ...row, rate: canonicalDecimal(row.rate) }));
}

/** Of the periods whose figures a programme declares: what published scores read, and SCORE where there are some. */
export async function loadSettledValues(
  transaction: Transaction,
  { metricValues }: Programme,
): Promise<KnownValues['settled']> {
  if (metricValues.length === 0) return new Map();
  const settled = await loadSettledMetrics(transaction, [...new Set(metricValues.map(({ period }) => period))]);
  return new Map([...settled].map(([period, metrics]) => [period, new Set([...metrics, 'SCORE'])]));
}

/** Of the metric values there are, those that a programme declares. */
export async function loadMetricValues(transaction: Transaction, programme: Programme): Promise<MetricValueRecord[]> {
  const values = declaredMetricValues(programme);
  if (values.length === 0) return [];
  const rows = await rawSql(transaction)<Omit<MetricValueRecord, 'code'>[]>`
    select agent.code as agent, present.metric, present.period, present.value::text
    from unnest(${values.map((each) => each.agent)}::text[], ${values.map((each) => each.metric)}::text[],
                ${values.map((each) => each.period)}::text[]) as wanted (agent, metric, period)
    join agent on agent.code = wanted.agent
    join metric_value present
      on present.agent_id = agent.id and present.metric = wanted.metric and present.period = wanted.period`;
  return rows.map((row) => ({ ...row, code: metricKey(row), value: canonicalDecimal(row.value) }));
}
