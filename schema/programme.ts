import { sql } from 'drizzle-orm';
import type { Json } from '../src/auth/idempotency.ts';
import type { Transaction } from '../src/db/client.ts';
import type { Actor } from '../src/db/transaction.ts';
import { applyProgramme } from '../src/programme/apply.ts';
import { parseProgramme, readProgramme } from '../src/programme/read.ts';
import type { Programme, ProgrammeInput } from '../src/programme/schema.ts';
import { builder, managers } from './builder.ts';
import type { Context } from './context.ts';
import { ChangeActionEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { agentEntry, planEntry, poolEntry, withoutNulls } from './programmeDocument.ts';
import {
  AgentInput,
  AgreementInput,
  ExchangeRateInput,
  PlanInput,
  PlanVersionInput,
  PoolInput,
  PoolVersionInput,
  ProductCategoryInput,
  ProductInput,
  RegionInput,
  TierInput,
} from './programmeInputs.ts';

/** As many changes as an answer lists; the count tells of the others. */
const listedChangeCount = 200;

type Change = {
  readonly action: 'create' | 'change';
  readonly entity: string;
  readonly key: string;
  readonly before: Json;
  readonly after: Json;
};
type Applied = { readonly dryRun: boolean; readonly changeCount: number; readonly changes: readonly Change[] };

const ProgrammeChange = builder.objectRef<Change>('ProgrammeChange').implement({
  description: 'One entry that is new or becomes different.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    action: t.field({ type: ChangeActionEnum, description: 'What is done.', resolve: ({ action }) => action }),
    entity: t.exposeString('entity', { description: 'The kind of entry.' }),
    key: t.exposeString('key', { description: 'Its natural key.' }),
    before: t.field({ type: 'Json', nullable: true, description: 'What it was.', resolve: ({ before }) => before }),
    after: t.field({ type: 'Json', nullable: true, description: 'What it becomes.', resolve: ({ after }) => after }),
  }),
});

const ProgrammePayload = builder.objectRef<Applied>('ProgrammePayload').implement({
  description: 'What applying changed, or would change.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    dryRun: t.exposeBoolean('dryRun', { description: 'Whether nothing was written.' }),
    changeCount: t.exposeInt('changeCount', { description: 'How many entries changed; 0: all was so already.' }),
    changes: t.field({
      type: [ProgrammeChange],
      description: `The changes, at most the first ${listedChangeCount}.`,
      resolve: ({ changes }) => changes,
    }),
  }),
});

// Checked here and not at commit, so that a mutation field gets its own error.
const deferredConstraints = sql.raw(
  [
    ...[
      'agent_status',
      'agent_tier',
      'agent_parent',
      'agent_region',
      'agreement',
      'territory',
      'channel_capacity',
      'exchange_rate',
      'score_target',
    ].map((table) => `${table}_no_overlap`),
    'territory_exclusive',
  ].join(', '),
);

async function apply(
  transaction: Transaction,
  actor: Actor,
  { now }: Context,
  programme: Programme,
  dryRun = false,
): Promise<Applied> {
  const { changes } = await applyProgramme(transaction, actor, now, programme, { dryRun });
  await transaction.execute(sql`set constraints ${deferredConstraints} immediate`);
  await transaction.execute(sql`set constraints ${deferredConstraints} deferred`);
  const listed = changes.slice(0, listedChangeCount).map(({ action, entity, key, before, after }) => ({
    action,
    entity,
    key,
    before: (before ?? null) as Json,
    after: (after ?? null) as Json,
  }));
  return { dryRun, changeCount: changes.length, changes: listed };
}

/** The entries of a mutation as a programme; what they may hold is the programme's validation to say. */
function fragment(entries: Record<string, readonly object[]>): Programme {
  return parseProgramme(entries as ProgrammeInput);
}

builder.mutationFields((t) => ({
  applyProgramme: t.field({
    type: ProgrammePayload,
    errors: resultUnion('applyProgramme'),
    description: 'Applies a programme file: declares what is new, changes what is different, deletes nothing.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      document: t.arg.string({ required: true, description: 'The programme, in YAML or JSON.' }),
      dryRun: t.arg.boolean({ defaultValue: false, description: 'Only tell what would change.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('applyProgramme', (transaction, actor, args, context) =>
      apply(transaction, actor, context, readProgramme(args.document), args.dryRun ?? false),
    ),
  }),
  saveRegions: t.field({
    type: ProgrammePayload,
    errors: resultUnion('saveRegions'),
    description: 'Declares or changes regions.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      regions: t.arg({ type: [RegionInput], required: true, description: 'The regions.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveRegions', (transaction, actor, { regions }, context) =>
      apply(transaction, actor, context, fragment({ regions })),
    ),
  }),
  saveProducts: t.field({
    type: ProgrammePayload,
    errors: resultUnion('saveProducts'),
    description: 'Declares or changes products and their categories.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      products: t.arg({ type: [ProductInput], required: true, description: 'The products.' }),
      categories: t.arg({ type: [ProductCategoryInput], description: 'Categories that are new or change.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveProducts', (transaction, actor, { products, categories }, context) =>
      apply(transaction, actor, context, fragment({ products, productCategories: categories ?? [] })),
    ),
  }),
  saveTiers: t.field({
    type: ProgrammePayload,
    errors: resultUnion('saveTiers'),
    description: 'Declares or changes tiers.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      tiers: t.arg({ type: [TierInput], required: true, description: 'The tiers.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveTiers', (transaction, actor, { tiers }, context) =>
      apply(transaction, actor, context, fragment({ tiers })),
    ),
  }),
  saveAgents: t.field({
    type: ProgrammePayload,
    errors: resultUnion('saveAgents'),
    description: "Declares or changes agents. A channel manager's lie within the regions of that manager.",
    authScopes: { roles: managers },
    args: {
      agents: t.arg({ type: [AgentInput], required: true, description: 'The agents.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveAgents', (transaction, actor, args, context) =>
      apply(transaction, actor, context, fragment({ agents: args.agents.map(agentEntry) })),
    ),
  }),
  saveAgreements: t.field({
    type: ProgrammePayload,
    errors: resultUnion('saveAgreements'),
    description: 'Declares or changes agreements of agents that you may see.',
    authScopes: { roles: managers },
    args: {
      agreements: t.arg({ type: [AgreementInput], required: true, description: 'The agreements.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveAgreements', (transaction, actor, args, context) =>
      apply(transaction, actor, context, fragment({ agreements: args.agreements.map(withoutNulls) })),
    ),
  }),
  saveExchangeRates: t.field({
    type: ProgrammePayload,
    errors: resultUnion('saveExchangeRates'),
    description: 'Declares or changes exchange rates.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      exchangeRates: t.arg({ type: [ExchangeRateInput], required: true, description: 'The rates.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('saveExchangeRates', (transaction, actor, { exchangeRates }, context) =>
      apply(transaction, actor, context, fragment({ exchangeRates: exchangeRates.map(withoutNulls) })),
    ),
  }),
  publishPlanVersion: t.field({
    type: ProgrammePayload,
    errors: resultUnion('publishPlanVersion'),
    description: 'Publishes a version of a plan, or proposes a correction. The same version again changes nothing.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      plan: t.arg({ type: PlanInput, required: true, description: 'The plan.' }),
      version: t.arg({ type: PlanVersionInput, required: true, description: 'The version.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('publishPlanVersion', (transaction, actor, args, context) =>
      apply(transaction, actor, context, fragment({ plans: [planEntry(args.plan, args.version)] })),
    ),
  }),
  publishPoolVersion: t.field({
    type: ProgrammePayload,
    errors: resultUnion('publishPoolVersion'),
    description: 'Publishes a version of a pool. The same version again changes nothing.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      pool: t.arg({ type: PoolInput, required: true, description: 'The pool.' }),
      version: t.arg({ type: PoolVersionInput, required: true, description: 'The version.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('publishPoolVersion', (transaction, actor, args, context) =>
      apply(transaction, actor, context, fragment({ pools: [poolEntry(args.pool, args.version)] })),
    ),
  }),
}));
