import { decideCases } from '../src/conflicts/cases/bulkDecisions.ts';
import type { CaseEvent } from '../src/conflicts/cases/caseMatters.ts';
import { type DecisionInput, decisionCredits } from '../src/conflicts/cases/decisionSchema.ts';
import { decideCase, previewDecision } from '../src/conflicts/cases/decisions.ts';
import type { ShownDecision, ShownDeduction, ShownShare } from '../src/conflicts/cases/readCases.ts';
import { reopenCase } from '../src/conflicts/cases/reopenCase.ts';
import { deductionKind } from '../src/conflicts/tables.ts';
import { canonicalDecimal } from '../src/money.ts';
import { builder, managers } from './builder.ts';
import { type CaseAnswer, ConflictCase, ConflictCasePayload, caseIdArgument } from './conflictCase.ts';
import { caseReaders, decisionsOf, matterOf } from './conflictCaseLoaders.ts';
import { ConflictEventKeyInput, caseKeyOf } from './conflictCaseMutations.ts';
import { ConflictEventType, ConflictSideEnum } from './conflictCaseParts.ts';
import { ConflictKindEnum, describedEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { deepWithoutNulls } from './programmeDocument.ts';

const ConflictCreditsEnum = describedEnum(
  'ConflictCredits',
  "What a decision does to the credits of a case's events.",
  decisionCredits,
  {
    KEEP: 'They stay as they came; without deductions the case is dismissed.',
    AWARD: 'One agent is credited for the event that stays; the other events of the case are not credited.',
    SPLIT: 'Several agents are, by percents that total exactly 100; the other events of the case are not credited.',
    VOID: 'The event that was found is not credited.',
  },
);

const DeductionKindEnum = describedEnum('ConflictDeductionKind', 'Why money is taken.', deductionKind.enumValues, {
  PENALTY: 'A penalty.',
  PRICE_DIFFERENCE: 'What is missing from the sale to its floor price.',
});

type Share = Omit<ShownShare, 'agentId'>;
const ShareType = builder.objectRef<Share>('ConflictDecisionShare').implement({
  description: 'How a decision credits an agent.',
  authScopes: { roles: caseReaders },
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { nullable: true, description: 'The agent (code).' }),
    role: t.exposeString('role', { description: 'As what.' }),
    share: t.expose('share', { type: 'Decimal', description: 'Its share; all shares of a decision total exactly 1.' }),
  }),
});

type Deduction = Omit<ShownDeduction, 'agentId'>;
const DeductionType = builder.objectRef<Deduction>('ConflictDeduction').implement({
  description: 'What a decision takes from an agent.',
  authScopes: { roles: caseReaders },
  fields: (t) => ({
    agentCode: t.exposeString('agentCode', { nullable: true, description: 'The agent (code).' }),
    kind: t.expose('kind', { type: DeductionKindEnum, description: 'Why.' }),
    amount: t.expose('amount', { type: 'Decimal', description: 'How much, as a positive amount.' }),
    currency: t.exposeString('currency', { description: 'In which currency (ISO 4217).' }),
  }),
});

/** A decision with what of it can be read by whoever asks. */
type Shown = ShownDecision & { readonly keptEvent: CaseEvent | null };
const DecisionType = builder.objectRef<Shown>('ConflictDecision').implement({
  description: 'What was decided about a case.',
  authScopes: { roles: caseReaders },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The first decision of the case is 1.' }),
    credits: t.expose('credits', { type: ConflictCreditsEnum, description: 'What it does to the credits.' }),
    keptEvent: t.field({
      type: ConflictEventType,
      nullable: true,
      description: 'AWARD and SPLIT: the event that stays; null for agents.',
      resolve: ({ keptEvent }) => keptEvent,
    }),
    reason: t.exposeString('reason', { description: 'Why; all parties read it.' }),
    decidedBy: t.exposeString('decidedBy', { nullable: true, description: 'Who decided; null for agents.' }),
    decidedAt: t.field({
      type: 'DateTime',
      description: 'When.',
      resolve: ({ decidedAt }) => new Date(decidedAt).toISOString(),
    }),
    byCommittee: t.exposeBoolean('byCommittee', {
      nullable: true,
      description: 'Whether the committee voted for it; null for agents.',
    }),
    onAppeal: t.exposeBoolean('onAppeal', { description: 'Whether it settled an appeal.' }),
    inForce: t.exposeBoolean('inForce', { description: 'Whether it is the one that holds.' }),
    shares: t.field({
      type: [ShareType],
      description: 'How it credits agents; for an agent only its own and those of agents below it.',
      resolve: ({ shares }) => [...shares],
    }),
    deductions: t.field({
      type: [DeductionType],
      description: 'What it takes; for an agent only from itself and agents below it.',
      resolve: ({ deductions }) => [...deductions],
    }),
  }),
});

builder.drizzleObjectField(ConflictCase, 'decisions', (t) =>
  t.field({
    type: [DecisionType],
    description: 'What was decided, in order.',
    select: { columns: { id: true } },
    resolve: async ({ id }, _args, context) => {
      const [decisions = [], matter] = await Promise.all([decisionsOf(context, id), matterOf(context, id)]);
      const named = <Row extends { readonly agentId: number; readonly agentCode: string | null }>(row: Row): Row => ({
        ...row,
        agentCode: row.agentCode ?? matter?.agents[row.agentId] ?? null,
      });
      return decisions.map((decision) => ({
        ...decision,
        keptEvent: matter?.events.find((event) => event.id === decision.keptEventId) ?? null,
        shares: decision.shares.map(named),
        deductions: decision.deductions.map(named),
      }));
    },
  }),
);

const ShareInput = builder.inputType('ConflictShareInput', {
  description: 'How an agent is credited. Name it by its code, or by its side where that has one agent.',
  fields: (t) => ({
    agentCode: t.string({ description: 'The agent (code): of the case, or for administrators any.' }),
    side: t.field({ type: ConflictSideEnum, description: 'The one agent of this side.' }),
    role: t.string({ description: 'As what: SELLER unless told.' }),
    percent: t.field({ type: 'Decimal', description: 'SPLIT: its part; all parts total exactly 100.' }),
  }),
});

const PenaltyInput = builder.inputType('ConflictPenaltyInput', {
  description: 'A penalty. Name the agent by its code, or by its side where that has one agent.',
  fields: (t) => ({
    agentCode: t.string({ description: 'The agent (code): of the case, or for administrators any.' }),
    side: t.field({ type: ConflictSideEnum, description: 'The one agent of this side.' }),
    amount: t.field({ type: 'Decimal', required: true, description: 'How much, not finer than the currency.' }),
    currency: t.string({ required: true, description: 'In which currency (ISO 4217).' }),
  }),
});

export const ConflictDecisionInput = builder.inputType('ConflictDecisionInput', {
  description: 'What is decided about a case.',
  fields: (t) => ({
    credits: t.field({ type: ConflictCreditsEnum, required: true, description: 'What becomes of the credits.' }),
    shares: t.field({ type: [ShareInput], description: 'AWARD: the one agent; SPLIT: two or more.' }),
    keptEvent: t.field({
      type: ConflictEventKeyInput,
      description:
        'AWARD and SPLIT: the event of the case that stays; else the own one of the awarded agent, or the earliest.',
    }),
    penalties: t.field({ type: [PenaltyInput], description: 'What is taken from agents.' }),
    priceDifference: t.boolean({
      description:
        'PRICE_FLOOR: whether what is missing to the floor price is taken from whoever is credited, by their shares.',
    }),
    reason: t.string({ required: true, description: 'Why; all parties read it.' }),
  }),
});

/** What the input says, without what was not given; the service checks the rest. */
export const decisionOf = (given: typeof ConflictDecisionInput.$inferInput): DecisionInput =>
  deepWithoutNulls(given) as DecisionInput;

type Preview = Awaited<ReturnType<typeof previewDecision>>;
const PreviewType = builder.objectRef<Preview>('ConflictDecisionPreview').implement({
  description: 'What a decision would come to.',
  authScopes: { roles: managers },
  fields: (t) => ({
    keptEvent: t.field({
      type: ConflictEventType,
      nullable: true,
      description: 'The event that would stay; null with KEEP and VOID.',
      resolve: ({ resolved }) => resolved.keptEvent,
    }),
    notCredited: t.field({
      type: [ConflictEventType],
      description: 'The events of the case that would not be credited.',
      resolve: ({ notCredited }) => [...notCredited],
    }),
    shares: t.field({
      type: [ShareType],
      description: 'How the event that stays would be credited.',
      resolve: ({ resolved }) =>
        resolved.shares.map(({ agentCode, role, share }) => ({ agentCode, role, share: canonicalDecimal(share) })),
    }),
    deductions: t.field({
      type: [DeductionType],
      description: 'What would be taken.',
      resolve: ({ resolved }) =>
        resolved.deductions.map(({ agentCode, kind, amount, currency }) => ({
          agentCode,
          kind,
          amount: canonicalDecimal(amount),
          currency,
        })),
    }),
  }),
});

const decisionArgument = builder.args((t) => ({
  decision: t.field({ type: ConflictDecisionInput, required: true, description: 'What is decided.' }),
}));

builder.queryField('conflictDecisionPreview', (t) =>
  t.field({
    type: PreviewType,
    nullable: true,
    description: 'What a decision about a case would credit and deduct; nothing is decided.',
    authScopes: { roles: managers },
    args: { ...caseIdArgument, ...decisionArgument },
    resolve: (_root, { caseId, decision }, { transaction, actor }) =>
      previewDecision(
        transaction,
        actor ?? { name: '', user: null, requestId: null },
        caseKeyOf(caseId),
        decisionOf(decision),
      ),
  }),
);

type CasesAnswer = { readonly caseIds: readonly number[] };
const CasesPayload = builder.objectRef<CasesAnswer>('ConflictCasesPayload').implement({
  description: 'The cases that were decided together.',
  authScopes: { roles: managers },
  fields: (t) => ({
    decidedCount: t.int({ description: 'How many.', resolve: ({ caseIds }) => caseIds.length }),
    codes: t.stringList({ description: 'Their codes.', resolve: ({ caseIds }) => caseIds.map((id) => `C-${id}`) }),
  }),
});

const ChoiceInput = builder.inputType('ConflictChoiceInput', {
  description: 'Which cases: named ones, or all that are undecided and meet every condition.',
  fields: (t) => ({
    caseIds: t.idList({ description: 'These, whatever the conditions say.' }),
    rule: t.string({ description: 'Found by this rule (code).' }),
    kind: t.field({ type: ConflictKindEnum, description: 'About this.' }),
    region: t.string({ description: 'In this region (code) or under it.' }),
    agentCode: t.string({ description: 'In which this agent (code) is accused.' }),
    period: t.field({ type: 'Period', description: 'Of events of this month.' }),
  }),
});

builder.mutationFields((t) => ({
  decideConflictCase: t.field({
    type: ConflictCasePayload,
    errors: resultUnion('decideConflictCase'),
    description:
      'Decides a case. Credits and deductions follow by themselves, also in approved months (RETRO); the parties are told.',
    authScopes: { roles: managers },
    args: { ...caseIdArgument, ...decisionArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver(
      'decideConflictCase',
      async (transaction, actor, { caseId, decision }, { now }): Promise<CaseAnswer> => {
        const id = caseKeyOf(caseId);
        await decideCase(transaction, actor, now, id, decisionOf(decision));
        return { caseId: id };
      },
    ),
  }),
  decideConflictCases: t.field({
    type: CasesPayload,
    errors: resultUnion('decideConflictCases'),
    description: 'Decides equal cases together: at most 1,000 of one kind, all of them or none.',
    authScopes: { roles: managers },
    args: {
      choice: t.arg({ type: ChoiceInput, required: true, description: 'Which cases.' }),
      ...decisionArgument,
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('decideConflictCases', async (transaction, actor, { choice, decision }, { now }) => {
      const { caseIds, rule, kind, region, agentCode, period } = choice;
      const wanted = {
        caseIds: caseIds?.map(caseKeyOf),
        rule: rule ?? undefined,
        kind: kind ?? undefined,
        region: region ?? undefined,
        agentCode: agentCode ?? undefined,
        period: period ?? undefined,
      };
      return { caseIds: [...(await decideCases(transaction, actor, now, wanted, decisionOf(decision)))] };
    }),
  }),
  reopenConflictCase: t.field({
    type: ConflictCasePayload,
    errors: resultUnion('reopenConflictCase'),
    description:
      'Takes a decision back that was a mistake: credits and money are as if it had not been taken. The case is open again.',
    authScopes: { roles: ['ADMIN'] },
    args: {
      ...caseIdArgument,
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'reopenConflictCase',
      async (transaction, actor, { caseId, reason }, { now }): Promise<CaseAnswer> => {
        const id = caseKeyOf(caseId);
        await reopenCase(transaction, actor, now, id, reason);
        return { caseId: id };
      },
    ),
  }),
}));
