import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { exchangeRate } from '../src/reference/tables.ts';
import { builder } from './builder.ts';
import { equals, readConnection } from './pages.ts';

const ExchangeRate = builder.drizzleObject('exchangeRate', {
  name: 'ExchangeRate',
  description: 'A dated rate. There are no inverse and no cross rates: each pair and direction is declared.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'The currency that is exchanged (ISO 4217).' }),
    into: t.exposeString('intoCurrency', { description: 'The currency it is exchanged into (ISO 4217).' }),
    from: t.expose('validFrom', { type: 'Date', description: 'The first day on which it holds.' }),
    to: t.expose('validTo', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which it no longer holds; null: no end.',
    }),
    rate: t.expose('rate', { type: 'Decimal', description: 'Units of `into` for one unit of `currency`.' }),
  }),
});

const ExchangeRateConnection = builder.connectionObject(
  {
    type: ExchangeRate,
    name: 'ExchangeRateConnection',
    description: 'A page of exchange rates.',
    authScopes: { signedIn: true },
  },
  { description: 'An exchange rate in a page.', authScopes: { signedIn: true } },
);

const rateOrder: PageOrder<typeof exchangeRate> = {
  name: 'exchangeRates',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

builder.queryField('exchangeRates', (t) =>
  t.connection(
    {
      type: ExchangeRate,
      nullable: true,
      description: 'The exchange rates, the latest declared first.',
      authScopes: { signedIn: true },
      args: {
        currency: t.arg.string({ description: 'Of this currency.' }),
        into: t.arg.string({ description: 'Into this currency.' }),
        on: t.arg({ type: 'Date', description: 'In force on this day.' }),
      },
      resolve: (_root, args, context, info) =>
        readConnection(ExchangeRate, rateOrder, { args, context, info }, (table) => [
          equals(table.currency, args.currency),
          equals(table.intoCurrency, args.into),
          args.on ? sql`daterange(${table.validFrom}, ${table.validTo}) @> ${args.on}::date` : undefined,
        ]),
    },
    ExchangeRateConnection,
  ),
);
