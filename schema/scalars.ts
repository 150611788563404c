import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { parseDecimal } from '../src/money.ts';
import { isDate, parsePeriod } from '../src/period.ts';
import { builder } from './builder.ts';

const instantPattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d{1,6})?(Z|[+-]\d{2}(?::?\d{2})?)$/;

builder.scalarType('Decimal', {
  description:
    'An exact decimal number as text: "891.56". Plain digits, at most 20 before and 18 after the point, no exponent. ' +
    'Numbers of JSON or of the query are refused, since they may have lost digits on the way.',
  serialize: (value) => String(value),
  parseValue: (value) =>
    textOf('Decimal', value, (text) => parseDecimal(text) !== undefined, 'a number as text, as in "3.25"'),
  parseLiteral: (node) =>
    literalText('Decimal', node, (text) => parseDecimal(text) !== undefined, 'a number as text, as in "3.25"'),
});

builder.scalarType('Date', {
  description: "A calendar date `YYYY-MM-DD` in the operator's time zone.",
  serialize: (value) => String(value),
  parseValue: (value) => textOf('Date', value, isDate, 'a date, as in "2026-10-31"'),
  parseLiteral: (node) => literalText('Date', node, isDate, 'a date, as in "2026-10-31"'),
});

builder.scalarType('DateTime', {
  description:
    'An instant in ISO 8601 with an offset; answers are in UTC, to the microsecond: `2026-10-28T02:00:00.000000Z`.',
  serialize: (value) => serializeInstant(String(value)),
  parseValue: (value) =>
    textOf('DateTime', value, isInstant, 'an instant with an offset, as in "2026-10-28T10:00:00+08:00"'),
  parseLiteral: (node) =>
    literalText('DateTime', node, isInstant, 'an instant with an offset, as in "2026-10-28T10:00:00+08:00"'),
});

builder.scalarType('Period', {
  description: "A calendar month `YYYY-MM` in the operator's time zone.",
  serialize: (value) => String(value),
  parseValue: (value) => textOf('Period', value, (text) => parsePeriod(text) !== undefined, 'a month, as in "2026-10"'),
  parseLiteral: (node) =>
    literalText('Period', node, (text) => parsePeriod(text) !== undefined, 'a month, as in "2026-10"'),
});

builder.scalarType('Json', {
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: () => {
    throw new GraphQLError('Json is only for answers.');
  },
});

function textOf(name: string, value: unknown, holds: (text: string) => boolean, wanted: string): string {
  if (typeof value === 'string' && holds(value)) return value;
  throw new GraphQLError(`${name} must be ${wanted}.`);
}

function literalText(name: string, node: ValueNode, holds: (text: string) => boolean, wanted: string): string {
  return textOf(name, node.kind === Kind.STRING ? node.value : undefined, holds, wanted);
}

function isInstant(text: string): boolean {
  const match = instantPattern.exec(text);
  return match?.[1] !== undefined && isDate(match[1]) && !Number.isNaN(Date.parse(text));
}

/** What the database writes in UTC ("2026-10-28 02:00:00.5+00") → ISO 8601 to the microsecond. */
function serializeInstant(text: string): string {
  const match = instantPattern.exec(text);
  if (!match || !/^(Z|\+00(:?00)?)$/.test(match[4] ?? '')) throw new Error(`${text} is no instant in UTC`);
  return `${match[1]}T${match[2]}${(match[3] ?? '.').padEnd(7, '0')}Z`;
}
