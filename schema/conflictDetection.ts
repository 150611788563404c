import { sql } from 'drizzle-orm';
import { type DetectionResult, detectPeriod } from '../src/conflicts/detection/detect.ts';
import { type TriedGroup, type TriedHit, type TriedRule, tryRule } from '../src/conflicts/detection/tryRule.ts';
import type { Period } from '../src/period.ts';
import { builder, managers } from './builder.ts';
import { ConflictRuleDefinitionInput } from './conflictRule.ts';
import { runHeavy } from './heavy.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { deepWithoutNulls } from './programmeDocument.ts';

const DetectionType = builder.objectRef<DetectionResult>('ConflictDetection').implement({
  description: 'What looking through a period for conflicts did.',
  authScopes: { roles: ['ADMIN'] },
  fields: (t) => ({
    scannedCount: t.exposeInt('scanned', { description: 'How many events were looked at.' }),
    hitCount: t.exposeInt('found', { description: 'How many hits stand.' }),
    openedCount: t.exposeInt('opened', { description: 'How many cases were opened.' }),
    reopenedCount: t.exposeInt('reopened', { description: 'How many were opened again.' }),
    closedCount: t.exposeInt('closed', {
      description: 'How many were closed because what they were about is no more.',
    }),
  }),
});

builder.mutationField('detectConflicts', (t) =>
  t.field({
    type: DetectionType,
    errors: resultUnion('detectConflicts'),
    description:
      'Looks through all events of a period by the rules in force. The same facts change nothing. It need not be called: imports are looked ' +
      'through as they come, and changed facts before the next calculation at the latest.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      period: t.arg({ type: 'Period', required: true, description: 'The period.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('detectConflicts', (_transaction, actor, { period }, context) =>
      runHeavy(context, () => detectPeriod(context.databases, actor, context.now, period as Period)),
    ),
  }),
);

const TriedGroupType = builder.objectRef<TriedGroup>('TriedConflictGroup').implement({
  description: 'How many hits a rule that is tried would have had, of one group.',
  authScopes: { roles: managers },
  fields: (t) => ({
    code: t.exposeString('code', { nullable: true, description: 'The code of the group; null: no region is known.' }),
    hitCount: t.exposeInt('hitCount', { description: 'How many hits.' }),
  }),
});

const TriedHitType = builder.objectRef<TriedHit>('TriedConflictHit').implement({
  description: 'A sale that a rule that is tried would have hit.',
  authScopes: { roles: managers },
  fields: (t) => ({
    event: t.exposeString('event', { description: 'The sale, as source/external id.' }),
    agentCode: t.exposeString('agent', { description: 'Who sold (code).' }),
    regionCode: t.exposeString('region', { nullable: true, description: 'Where (code).' }),
    occurredOn: t.expose('occurredOn', { type: 'Date', description: 'The local day.' }),
    tests: t.stringList({
      description: 'What was found, as OUTSIDE_OWN or PRICE_FLOOR.',
      resolve: ({ findings }) => findings.map(({ test }) => test),
    }),
  }),
});

const TriedRuleType = builder.objectRef<TriedRule>('TriedConflictRule').implement({
  description: 'What a conflict rule would have found in a period.',
  authScopes: { roles: managers },
  fields: (t) => ({
    scannedCount: t.exposeInt('scannedCount', { description: 'How many sales of the types in its scope there are.' }),
    hitCount: t.exposeInt('hitCount', { description: 'How many of them it would have hit.' }),
    agents: t.field({
      type: [TriedGroupType],
      description: 'By who sold, most hits first, at most 1,000.',
      resolve: ({ agents }) => agents.slice(0, 1000),
    }),
    regions: t.field({
      type: [TriedGroupType],
      description: 'By where it was sold, most hits first, at most 1,000.',
      resolve: ({ regions }) => regions.slice(0, 1000),
    }),
    tests: t.field({
      type: [TriedGroupType],
      description: 'By what was found; a hit may be found by several tests.',
      resolve: ({ tests }) => [...tests],
    }),
    samples: t.field({
      type: [TriedHitType],
      description: 'The first 50 hits in the order of the sales.',
      resolve: ({ samples }) => [...samples],
    }),
  }),
});

builder.queryField('tryConflictRule', (t) =>
  t.field({
    type: TriedRuleType,
    errors: resultUnion('tryConflictRule'),
    description:
      'What a conflict rule would have found in a period, had it been in force all through it. Writes nothing. Managers are told of sales of ' +
      'their own agents.',
    authScopes: { roles: managers },
    args: {
      period: t.arg({ type: 'Period', required: true, description: 'The period.' }),
      definition: t.arg({ type: ConflictRuleDefinitionInput, required: true, description: 'What the rule would say.' }),
    },
    resolve: async (_root, { period, definition }, context) => {
      const visible = await context.transaction.execute<{ id: number }>(sql`select visible_agents() as id`);
      const agentIds = visible.map(({ id }) => id);
      return runHeavy(context, () =>
        context.databases.owner.transaction((transaction) =>
          tryRule(transaction, deepWithoutNulls(definition), period as Period, agentIds),
        ),
      );
    },
  }),
);
