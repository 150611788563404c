import { applyDraft } from '../src/commissions/draft.ts';
import { type Draft, readDraft, type WantedCopy } from '../src/commissions/draftCopies.ts';
import {
  type Bucket,
  type ComparedAgent,
  type ComparedComponent,
  type SimulatedPool,
  type Simulation,
  simulate,
} from '../src/commissions/simulate.ts';
import type { Role } from '../src/db/transaction.ts';
import { UserError, UserErrors } from '../src/errors.ts';
import type { Period } from '../src/period.ts';
import { readContent } from '../src/programme/read.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { runHeavy } from './heavy.ts';
import { resultUnion } from './mutations.ts';

const simulators: readonly Role[] = ['ADMIN', 'FINANCE', 'CHANNEL_MANAGER'];
const authScopes = { roles: simulators };

/** As many entries as a list of a result answers at once. */
const listedMost = 1000;

const SimulationTotal = builder.objectRef<Simulation['totals'][number]>('SimulationTotal').implement({
  description: 'What was paid and what the draft would have paid, in one currency.',
  authScopes,
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    paid: t.expose('paid', { type: 'Decimal', description: 'What was paid, without tax.' }),
    simulated: t.expose('simulated', { type: 'Decimal', description: 'What the draft would have paid.' }),
    difference: t.expose('difference', { type: 'Decimal', description: 'simulated − paid.' }),
  }),
});

const SimulationComponent = builder.objectRef<ComparedComponent>('SimulationComponent').implement({
  description: 'A component of a plan, or a pool, in a simulation.',
  authScopes,
  fields: (t) => ({
    planCode: t.exposeString('plan', { nullable: true, description: 'The code of the plan; null of a pool.' }),
    componentCode: t.exposeString('component', { description: 'The code of the component or pool.' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    paid: t.expose('paid', { type: 'Decimal', description: 'What was paid, without tax.' }),
    simulated: t.expose('simulated', { type: 'Decimal', description: 'What the draft would have paid.' }),
    difference: t.expose('difference', { type: 'Decimal', description: 'simulated − paid.' }),
  }),
});

const SimulationAgent = builder.objectRef<ComparedAgent>('SimulationAgent').implement({
  description: 'An agent in a simulation.',
  authScopes,
  fields: (t) => ({
    agentCode: t.exposeString('agent', { description: 'The code of the agent.' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    paid: t.expose('paid', { type: 'Decimal', description: 'What was paid, without tax.' }),
    simulated: t.expose('simulated', { type: 'Decimal', description: 'What the draft would have paid.' }),
    difference: t.expose('difference', { type: 'Decimal', description: 'simulated − paid.' }),
  }),
});

const SimulationStretch = builder.objectRef<Bucket>('SimulationStretch').implement({
  description:
    'How many agents have differences from one amount to another: [from, to), of the last stretch [from, to].',
  authScopes,
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    from: t.expose('from', { type: 'Decimal', description: 'The least difference.' }),
    to: t.expose('to', { type: 'Decimal', description: 'Where the stretch ends.' }),
    agentCount: t.exposeInt('agentCount', { description: 'How many agents.' }),
  }),
});

const SimulationPool = builder.objectRef<SimulatedPool>('SimulationPool').implement({
  description:
    'A pool that the draft changes, as it was shared anew in a period: among all its members, whoever is compared.',
  authScopes,
  fields: (t) => ({
    poolCode: t.exposeString('pool', { description: 'The code of the pool.' }),
    period: t.expose('period', { type: 'Period', description: 'The period; of a quarter its last month.' }),
    currency: t.exposeString('currency', { description: 'The currency (ISO 4217).' }),
    fund: t.expose('fund', { type: 'Decimal', description: 'What it is funded with, net of the reserve.' }),
    carriedIn: t.expose('carriedIn', { type: 'Decimal', description: 'What the period before left to it.' }),
    shared: t.expose('shared', { type: 'Decimal', description: 'What its members get together.' }),
    remainder: t.expose('remainder', { type: 'Decimal', description: 'What nobody gets.' }),
  }),
});

const SimulationOrder = builder.enumType('SimulationOrder', {
  description: 'In which order agents of a simulation are listed.',
  values: {
    GREATEST_LOSS: { description: 'Who loses most first.' },
    GREATEST_GAIN: { description: 'Who gains most first.' },
  } as const,
});

const SimulationType = builder.objectRef<Simulation>('Simulation').implement({
  description:
    'What closed periods would have paid with a draft, compared with what they paid, corrections booked later included. ' +
    'Pools that the draft does not change are as they were shared, tax is left out.',
  authScopes,
  fields: (t) => ({
    periods: t.field({ type: ['Period'], description: 'The periods.', resolve: ({ periods }) => [...periods] }),
    totals: t.field({ type: [SimulationTotal], description: 'By currency.', resolve: ({ totals }) => [...totals] }),
    components: t.field({
      type: [SimulationComponent],
      description: 'By component and currency.',
      resolve: ({ components }) => [...components],
    }),
    agents: t.field({
      type: [SimulationAgent],
      description: 'By agent and currency, in order of their differences.',
      args: {
        first: t.arg.int({ defaultValue: 100, description: `How many at most, up to ${listedMost}.` }),
        order: t.arg({ type: SimulationOrder, defaultValue: 'GREATEST_LOSS', description: 'In which order.' }),
      },
      resolve: ({ agents }, { first, order }) =>
        (order === 'GREATEST_GAIN' ? [...agents].reverse() : agents).slice(0, requireListed(first ?? 100)),
    }),
    pools: t.field({
      type: [SimulationPool],
      description:
        'The pools that the draft changes, by period. A pool is simulated for everybody or not at all: agentCodes limits who is compared, not who shares.',
      resolve: ({ pools }) => [...pools],
    }),
    winnerCount: t.exposeInt('winnerCount', { description: 'How many agents would have been paid more.' }),
    loserCount: t.exposeInt('loserCount', { description: 'How many agents would have been paid less.' }),
    unchangedCount: t.exposeInt('unchangedCount', { description: 'How many agents would have been paid the same.' }),
    unsettledCount: t.exposeInt('unsettledCount', {
      description:
        'How many agents have later facts that are not booked as corrections yet: their differences hold those, too (see retroPreview).',
    }),
    distribution: t.field({
      type: [SimulationStretch],
      description: 'How the differences of the agents are distributed, by currency.',
      resolve: ({ distribution }) => [...distribution],
    }),
  }),
});

/** @throws UserError INPUT_INVALID where a list cannot have as many entries. */
export function requireListed(first: number): number {
  if (first >= 0 && first <= listedMost) return first;
  throw new UserError('INPUT_INVALID', `A list answers at most ${listedMost} entries at once.`, 'first');
}

const SimulateCopyInput = builder.inputType('SimulateCopyInput', {
  description:
    'A changed copy of a published version of a plan or pool: name exactly one of plan and pool, and of version and on.',
  fields: (t) => ({
    plan: t.string({ description: 'The plan (code) whose version is copied.' }),
    pool: t.string({ description: 'The pool (code) whose version is copied.' }),
    version: t.int({ description: 'The number of the version.' }),
    on: t.field({ type: 'Date', description: 'A day on which the version is in force.' }),
    as: t.string({
      description: 'The code of the plan or pool that gets the copy, a new one perhaps; without it the copied one.',
    }),
    changes: t.string({
      description:
        'What differs, in YAML or JSON: fields as in a programme file; components and rules by their codes, as in ' +
        '{"components": {"ACT": {"rules": {"FIBER": {"flat": "90"}}}}}. null removes; a new entry names its code itself, too.',
    }),
  }),
});

const SimulateInput = builder.inputType('SimulateInput', {
  description: 'A draft, and what to try it on.',
  fields: (t) => ({
    document: t.string({
      description:
        'A programme, in YAML or JSON, as applyProgramme takes it. Its versions of plans and pools supersede those published ' +
        'for their dates; they may be changed copies (copyOf, changes). A channel manager’s declares only plans.',
    }),
    copies: t.field({
      type: [SimulateCopyInput],
      description: 'Changed copies of published versions, beside the document or without one.',
    }),
    from: t.field({ type: 'Period', required: true, description: 'The first period.' }),
    to: t.field({ type: 'Period', description: 'The last period; without it the first.' }),
    agentCodes: t.stringList({ description: 'Only these agents; without it all that you may see.' }),
  }),
});

builder.queryField('simulate', (t) =>
  t.field({
    type: SimulationType,
    errors: resultUnion('simulate'),
    description: 'What closed periods would have paid with a draft. Writes nothing.',
    authScopes,
    args: { input: t.arg({ type: SimulateInput, required: true, description: 'The draft and the periods.' }) },
    resolve: async (_root, { input }, context) => {
      const draft = draftOf(input);
      const isManager = context.actor?.user?.role === 'CHANNEL_MANAGER';
      if (isManager) requirePlansOnly(draft);
      const agentCodes = isManager ? await visibleAgents(context, input.agentCodes) : input.agentCodes;
      const from = input.from as Period;
      const options = {
        from,
        to: (input.to ?? from) as Period,
        ...(agentCodes ? { agentCodes } : {}),
        applyDraft: applyDraft(draft),
      };
      return runHeavy(context, () =>
        simulate(context.databases, options).catch((error: unknown) => {
          throw isManager ? withoutNames(error) : error;
        }),
      );
    },
  }),
);

/** @throws UserErrors for what cannot be read, INPUT_INVALID where nothing is declared or a copy names no one thing. */
function draftOf({ document, copies }: typeof SimulateInput.$inferInput): Draft {
  if (document == null && !copies?.length) {
    throw new UserError('INPUT_INVALID', 'Give a document, or copies of published versions.', 'document');
  }
  return readDraft(document ?? '{}', (copies ?? []).map(wantedCopy));
}

function wantedCopy(input: typeof SimulateCopyInput.$inferInput, index: number): WantedCopy {
  const { plan, pool, version, on, as, changes } = input;
  const at = `copies[${index}]`;
  const code = plan ?? pool;
  if (code == null || (plan != null && pool != null)) {
    throw new UserError('INPUT_INVALID', 'A copy is of a plan or of a pool: name one of them.', at);
  }
  const isPlan = plan != null;
  const which = { ...(version != null ? { version } : {}), ...(on != null ? { on } : {}) };
  return {
    section: isPlan ? 'plans' : 'pools',
    code: as ?? code,
    copyOf: { [isPlan ? 'plan' : 'pool']: code, ...which },
    changes: changes == null ? undefined : changesOf(changes, `${at}.changes`),
  };
}

function changesOf(text: string, at: string): unknown {
  try {
    return readContent(text).content;
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    throw new UserErrors(
      error.errors.map(({ code, message, at: place }) => new UserError(code, message, place ? `${at} (${place})` : at)),
    );
  }
}

/** Other sections would be checked against agents of other regions, and their faults would tell of those. */
function requirePlansOnly(draft: Draft): void {
  const { plans: _own, ...rest } = 'content' in draft ? draft.content : draft;
  const others = Object.entries(rest).filter(([, entries]) => (Array.isArray(entries) ? entries.length > 0 : entries));
  if (others.length === 0) return;
  throw new UserError('FORBIDDEN', 'Your draft may only declare plans.', others.map(([section]) => section).join(', '));
}

/** @throws UserError NOT_FOUND for an agent that the request may not see, as if there were none. */
async function visibleAgents(
  { transaction }: Context,
  wanted: readonly string[] | null | undefined,
): Promise<readonly string[]> {
  const rows = await transaction.query.agent.findMany({ columns: { code: true } });
  const visible = new Set(rows.map(({ code }) => code));
  const hidden = wanted?.find((code) => !visible.has(code));
  if (hidden !== undefined) throw new UserError('NOT_FOUND', `There is no agent ${hidden}.`, hidden);
  return wanted ?? [...visible];
}

/** Whoever is connected to an agent is calculated with it: a missing score may be that of an agent of another region. */
function withoutNames(error: unknown): unknown {
  if (!(error instanceof UserError) || error.code !== 'SCORE_MISSING') return error;
  return new UserError('SCORE_MISSING', 'Agents have sales under a plan with a score factor and no score.');
}
