import { rawSql, type Transaction } from '../db/client.ts';
import type { Compared } from './difference.ts';
import type { ExchangeRateRecord, MetricValueRecord } from './figures.ts';
import { inBatches, requireWritten } from './rows.ts';

/** Writes exchange rates; what ends earlier comes before what begins there. */
export async function writeExchangeRates(
  transaction: Transaction,
  { created, changed }: Compared<ExchangeRateRecord>,
): Promise<void> {
  const sql = rawSql(transaction);
  const columns = (rates: readonly ExchangeRateRecord[]) => sql`
    unnest(${rates.map((rate) => rate.currency)}::text[], ${rates.map((rate) => rate.into)}::text[],
           ${rates.map((rate) => rate.from)}::date[], ${rates.map((rate) => rate.to)}::date[],
           ${rates.map((rate) => rate.rate)}::numeric[])`;
  await inBatches(
    changed.map(({ after }) => after),
    (rates) =>
      requireWritten(
        rates.length,
        sql`
          update exchange_rate set valid_to = new.valid_to, rate = new.rate
          from ${columns(rates)} as new (currency, into_currency, valid_from, valid_to, rate)
          where exchange_rate.currency = new.currency and exchange_rate.into_currency = new.into_currency
            and exchange_rate.valid_from = new.valid_from
          returning exchange_rate.id`,
      ),
  );
  await inBatches(
    created,
    (rates) => sql`
      insert into exchange_rate (currency, into_currency, valid_from, valid_to, rate) select * from ${columns(rates)}`,
  );
}

/** Writes values of metrics. `agentId` gives the key of an agent's code. */
export async function writeMetricValues(
  transaction: Transaction,
  { created, changed }: Compared<MetricValueRecord>,
  agentId: (code: string) => number,
): Promise<void> {
  const sql = rawSql(transaction);
  const columns = (values: readonly MetricValueRecord[]) => sql`
    unnest(${values.map((each) => agentId(each.agent))}::integer[], ${values.map((each) => each.metric)}::text[],
           ${values.map((each) => each.period)}::text[], ${values.map((each) => each.value)}::numeric[])`;
  await inBatches(
    created,
    (values) => sql`insert into metric_value (agent_id, metric, period, value) select * from ${columns(values)}`,
  );
  await inBatches(
    changed.map(({ after }) => after),
    (values) =>
      requireWritten(
        values.length,
        sql`
          update metric_value set value = new.value
          from ${columns(values)} as new (agent_id, metric, period, value)
          where metric_value.agent_id = new.agent_id and metric_value.metric = new.metric
            and metric_value.period = new.period
          returning metric_value.agent_id`,
      ),
  );
}
