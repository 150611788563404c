import { type ConflictFigures, type ConflictMoney, conflictFigures } from '../src/conflicts/figures.ts';
import { UserError } from '../src/errors.ts';
import { type Period, parsePeriod } from '../src/period.ts';
import { builder } from './builder.ts';
import { describedEnum } from './enums.ts';

// Conflicts in figures: what staff may see of them, row-level security decides.

const authScopes = { roles: ['ADMIN', 'CHANNEL_MANAGER', 'FINANCE', 'AUDITOR'] } as const;

const groupings = ['RULE', 'REGION', 'AGENT', 'KIND'] as const;
const GroupingEnum = describedEnum('ConflictFigureGrouping', 'What figures of conflicts are told by.', groupings, {
  RULE: 'The rule.',
  REGION: "The case's region.",
  AGENT: 'The agent that is accused.',
  KIND: 'What kind of conflict it is.',
});

const MoneyType = builder.objectRef<ConflictMoney>('ConflictMoney').implement({
  description: 'Money of conflicts in one currency.',
  authScopes,
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    held: t.expose('held', {
      type: 'Decimal',
      description: 'What events would pay that cases hold now: whole, by the latest run that looked at them.',
    }),
    moved: t.expose('moved', {
      type: 'Decimal',
      description: 'What events are paid by decisions to others than whoever sold.',
    }),
    deducted: t.expose('deducted', {
      type: 'Decimal',
      description: 'Penalties and price differences, less what was taken back.',
    }),
  }),
});

const counts = {
  hitCount: 'Hits whose facts stand.',
  caseCount: 'Cases; each is in one of the six states that follow.',
  openCount: 'Cases that are open.',
  inMediationCount: 'Cases in mediation.',
  resolvedCount: 'Cases that are decided and may be appealed against.',
  appealedCount: 'Cases with an open appeal.',
  closedCount: 'Cases that are settled for good.',
  factsChangedCount: 'Cases closed because what they were about is no more.',
  overdueCount: 'Open cases and cases in mediation that are past due now.',
  decidedCount: 'Cases with a decision in force.',
  upheldCount:
    'Of them those decided against the accused: the event is not credited to it alone, or money is taken from it.',
  appealCount: 'Appeals.',
  changedOnAppealCount: 'Appeals that changed the decision.',
} as const;

const FiguresType = builder.objectRef<ConflictFigures>('ConflictFigures').implement({
  description: 'Figures of the conflicts of a group.',
  authScopes,
  fields: (t) => {
    const count = (name: keyof typeof counts) => t.exposeInt(name, { description: counts[name] });
    return {
      key: t.exposeString('key', {
        nullable: true,
        description: 'The code of rule, region or agent, or the kind; null: none, all, or you may not see it.',
      }),
      hitCount: count('hitCount'),
      caseCount: count('caseCount'),
      openCount: count('openCount'),
      inMediationCount: count('inMediationCount'),
      resolvedCount: count('resolvedCount'),
      appealedCount: count('appealedCount'),
      closedCount: count('closedCount'),
      factsChangedCount: count('factsChangedCount'),
      overdueCount: count('overdueCount'),
      decidedCount: count('decidedCount'),
      upheldCount: count('upheldCount'),
      appealCount: count('appealCount'),
      changedOnAppealCount: count('changedOnAppealCount'),
      meanHours: t.expose('meanHours', {
        type: 'Decimal',
        nullable: true,
        description:
          'Hours from opening to decision, on average; a decision on appeal does not count. Null: none is decided.',
      }),
      medianHours: t.expose('medianHours', {
        type: 'Decimal',
        nullable: true,
        description: 'Hours from opening to decision, the median; null: none is decided.',
      }),
      withinDuePercent: t.expose('withinDuePercent', {
        type: 'Decimal',
        nullable: true,
        description: 'Percent of the decided cases that were decided before they were due; null: none is decided.',
      }),
      money: t.field({ type: [MoneyType], description: 'By currency.', resolve: ({ money }) => money }),
    };
  },
});

type Answer = Awaited<ReturnType<typeof conflictFigures>>;
const AnswerType = builder.objectRef<Answer>('ConflictFiguresAnswer').implement({
  description: 'Figures of conflicts.',
  authScopes,
  fields: (t) => ({
    groups: t.field({ type: [FiguresType], description: 'Each group, by key.', resolve: ({ groups }) => groups }),
    total: t.field({ type: FiguresType, description: 'All of them together.', resolve: ({ total }) => total }),
  }),
});

function requirePeriod(text: string, at: string): Period {
  const period = parsePeriod(text);
  if (!period) throw new UserError('PERIOD_INVALID', `"${text}" is no period.`, at);
  return period;
}

builder.queryField('conflictFigures', (t) =>
  t.field({
    type: AnswerType,
    nullable: true,
    description:
      'How many conflicts there are, how fast they are settled and what money they hold, move and take: of the cases you may see whose events occurred in the periods.',
    authScopes,
    args: {
      from: t.arg({ type: 'Period', required: true, description: 'The first month.' }),
      to: t.arg({ type: 'Period', required: true, description: 'The last month.' }),
      by: t.arg({ type: GroupingEnum, required: true, description: 'What they are told by.' }),
    },
    resolve: (_root, { from, to, by }, { transaction, now }) => {
      const periods = { from: requirePeriod(from, 'from'), to: requirePeriod(to, 'to') };
      if (to < from) throw new UserError('PERIOD_INVALID', `${to} lies before ${from}.`, 'to');
      return conflictFigures(transaction, { ...periods, by, now });
    },
  }),
);
