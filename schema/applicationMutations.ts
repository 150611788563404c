import { changedTerms } from '../src/agents/agreements.ts';
import { asUserError } from '../src/db/constraints.ts';
import { activateApplication } from '../src/onboarding/activation.ts';
import { changeApplication, createApplication, submitApplication } from '../src/onboarding/applications.ts';
import { signContract } from '../src/onboarding/contract.ts';
import { acceptInvitation, inviteAgain } from '../src/onboarding/invitations.ts';
import {
  approveApplication,
  enterScores,
  rejectApplication,
  startScreening,
  withdrawApplication,
} from '../src/onboarding/screening.ts';
import { Application } from './application.ts';
import { builder, managers } from './builder.ts';
import type { Context } from './context.ts';
import { TrailingEnum } from './definitionEnums.ts';
import { keyOfNode } from './ids.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';

const authScopes = { roles: managers };

const TerritoryInput = builder.inputType('ApplicationTerritoryInput', {
  description: 'A territory that the applicant is to have once it is active.',
  fields: (t) => ({
    region: t.string({ required: true, description: 'The region (code), with all under it.' }),
    exclusive: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether nobody else may then sell there.',
    }),
  }),
});

export const NumbersInput = builder.inputType('ApplicationNumbersInput', {
  description: 'Numbers that tell who the applicant is. They are kept encrypted and shown masked.',
  fields: (t) => ({
    registrationNumber: t.string({ description: 'Of the business; needed to submit.' }),
    identityNumber: t.string({ description: 'Of the person.' }),
    bankAccount: t.string({ description: 'Where money is to go; needed to submit.' }),
    phone: t.string({ description: 'The telephone number; needed to submit.' }),
  }),
});

const territories = 'The territories it is to have, all of them; what was there is replaced.';

const ApplicationInput = builder.inputType('ApplicationInput', {
  description: 'An application as it is entered.',
  fields: (t) => ({
    code: t.string({ description: 'Its code; made up without it.' }),
    name: t.string({ required: true, description: 'The name of the agent-to-be.' }),
    channelType: t.string({ required: true, description: 'What kind of channel it is to be (code).' }),
    region: t.string({ required: true, description: 'Where it wants to sell (code).' }),
    contactName: t.string({ required: true, description: 'Whom to talk to.' }),
    email: t.string({ required: true, description: 'The e-mail address, for the portal too.' }),
    territories: t.field({ type: [TerritoryInput], description: territories }),
  }),
});

const ApplicationChangeInput = builder.inputType('ApplicationChangeInput', {
  description: 'What becomes different in a draft; what is left out stays.',
  fields: (t) => ({
    name: t.string({ description: 'The name of the agent-to-be.' }),
    channelType: t.string({ description: 'What kind of channel it is to be (code).' }),
    region: t.string({ description: 'Where it wants to sell (code).' }),
    contactName: t.string({ description: 'Whom to talk to.' }),
    email: t.string({ description: 'The e-mail address, for the portal too.' }),
    territories: t.field({ type: [TerritoryInput], description: territories }),
  }),
});

const ScoreInput = builder.inputType('ApplicationScoreInput', {
  description: 'What the reviewer found for an item of the form.',
  fields: (t) => ({
    item: t.string({ required: true, description: 'The item (code).' }),
    points: t.field({ type: 'Decimal', required: true, description: 'Points, 0 to 100.' }),
    comment: t.string({ description: 'What the reviewer noted.' }),
  }),
});

const ContractInput = builder.inputType('ContractInput', {
  description: 'The contract that was signed.',
  fields: (t) => ({
    documentId: t.id({
      required: true,
      description: 'The signed document, stored with the application; its hash is kept.',
    }),
    plan: t.string({ required: true, description: 'The plan (code) that it binds to.' }),
    from: t.field({ type: 'Date', required: true, description: 'Its first day.' }),
    to: t.field({ type: 'Date', description: 'The first day after it; no end without it.' }),
    signedOn: t.field({ type: 'Date', required: true, description: 'The day of the signature.' }),
    territories: t.field({ type: [TerritoryInput], description: territories }),
  }),
});

const ActivationInput = builder.inputType('ActivationInput', {
  description: 'What is decided with the activation.',
  fields: (t) => ({
    agentCode: t.string({ description: "The agent's code; the application's without it." }),
    parent: t.string({ description: 'The agent (code) above it; none without it.' }),
    from: t.field({
      type: 'Date',
      description: "Its first day; the contract's without it, or today where that is later.",
    }),
    agreementCode: t.string({ description: "The agreement's code; made up of agent, plan and day without it." }),
    totalCap: t.field({ type: 'Decimal', description: 'Most commission of a period, over all components.' }),
    minimumPayout: t.field({ type: 'Decimal', description: 'Less than this is not paid out but carried forward.' }),
    taxPercent: t.field({ type: 'Decimal', description: 'Percent of what is payable that is withheld as tax.' }),
    trailing: t.field({
      type: TrailingEnum,
      description: 'What becomes of RESIDUAL after termination; STOP without it.',
    }),
    vatPercent: t.field({ type: 'Decimal', description: 'Percent of value-added tax on the agent’s invoices.' }),
    vatIncluded: t.boolean({
      description: 'Whether what is payable contains value-added tax; false without it: it is paid on top.',
    }),
    invoiceRequired: t.boolean({
      description: 'Whether an accepted invoice is needed before payment; false without it.',
    }),
    depositTarget: t.field({ type: 'Decimal', description: 'The deposit to be kept, in the plan’s currency.' }),
    depositPercent: t.field({
      type: 'Decimal',
      description: 'Percent of each payment that goes into the deposit until it is full.',
    }),
  }),
});

const ApplicationPayload = builder.objectRef<{ readonly code: string }>('ApplicationPayload').implement({
  description: 'The application that was entered or changed.',
  authScopes,
  fields: (t) => ({
    application: t.drizzleField({
      type: Application,
      nullable: true,
      description: 'The application as it is now.',
      resolve: (query, { code }, _args, { transaction }) =>
        transaction.query.application.findFirst(query({ where: { code } })),
    }),
  }),
});

type ActivationAnswer = {
  readonly code: string;
  readonly agentCode: string;
  readonly agreementCode: string;
  readonly invitationToken: string | null;
};

const ActivationPayload = builder.objectRef<ActivationAnswer>('ActivationPayload').implement({
  description: 'The agent that an application became.',
  authScopes,
  fields: (t) => ({
    application: t.drizzleField({
      type: Application,
      nullable: true,
      description: 'The application as it is now.',
      resolve: (query, { code }, _args, { transaction }) =>
        transaction.query.application.findFirst(query({ where: { code } })),
    }),
    agentCode: t.exposeString('agentCode', { description: "The agent's code." }),
    agreementCode: t.exposeString('agreementCode', { description: 'The code of its agreement.' }),
    invitationToken: t.exposeString('invitationToken', {
      nullable: true,
      description:
        'With it the partner accepts the invitation to the portal, within 14 days. Only in the first answer: it is kept nowhere.',
    }),
  }),
});

const InvitedPayload = builder.objectRef<{ readonly email: string }>('InvitationPayload').implement({
  description: 'The account that an invitation became.',
  authScopes: { public: true },
  fields: (t) => ({
    email: t.exposeString('email', { description: 'The e-mail address to sign in with.' }),
  }),
});

type InvitationAnswer = { readonly invitationToken: string | null };

const InvitationTokenPayload = builder.objectRef<InvitationAnswer>('InvitationTokenPayload').implement({
  description: 'An invitation to the portal.',
  authScopes,
  fields: (t) => ({
    invitationToken: t.exposeString('invitationToken', {
      nullable: true,
      description: 'With it the partner accepts it, within 14 days. Only in the first answer: it is kept nowhere.',
    }),
  }),
});

type InviteAgain = {
  readonly agentCode: string;
  readonly email: string;
  readonly name: string;
  readonly idempotencyKey?: string | null | undefined;
};

/** The token goes past the stored answer, as at activation. */
async function invite(root: unknown, args: InviteAgain, context: Context): Promise<InvitationAnswer> {
  let invitationToken: string | null = null;
  const work = mutationResolver(
    'inviteToPortal',
    async (transaction, actor, { agentCode, email, name }: InviteAgain, { now }) => {
      invitationToken = await inviteAgain(transaction, actor, now, { agentCode, email, name });
      return { agentCode };
    },
  );
  await work(root, args, context);
  return { invitationToken };
}

type Activate = {
  readonly code: string;
  readonly activation?: typeof ActivationInput.$inferInput | null | undefined;
  readonly reason?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
};

/** The token goes to the client past the stored answer: a repeated request gets the agent, but never the token again. */
async function activate(root: unknown, args: Activate, context: Context): Promise<ActivationAnswer> {
  let invitationToken: string | null = null;
  const work = mutationResolver(
    'activateApplication',
    async (transaction, actor, { code, activation, reason }: Activate, { now }) => {
      const { agentCode, parent, from, agreementCode, ...agreed } = activation ?? {};
      const terms = changedTerms({}, agreed);
      const wanted = { agentCode, parent, from, agreementCode, terms, reason: reason ?? undefined };
      const done = await activateApplication(transaction, actor, now, code, wanted);
      invitationToken = done.invitationToken;
      return { agentCode: done.agentCode, agreementCode: done.agreementCode };
    },
  );
  const answer = await work(root, args, context);
  return { ...answer, code: args.code, invitationToken };
}

const codeArgument = builder.args((t) => ({
  code: t.string({ required: true, description: 'The code of the application.' }),
}));
const numbersArgument = builder.args((t) => ({
  numbers: t.field({ type: NumbersInput, description: 'Its numbers; those left out stay.' }),
}));
const reasonArgument = builder.args((t) => ({ reason: t.string({ required: true, description: 'Why.' }) }));

builder.mutationFields((t) => ({
  createApplication: t.field({
    type: ApplicationPayload,
    errors: resultUnion('createApplication'),
    description: 'Enters an application, as a draft.',
    authScopes,
    args: {
      application: t.arg({ type: ApplicationInput, required: true, description: 'The application.' }),
      ...numbersArgument,
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'createApplication',
      async (transaction, actor, { application, numbers }, { now, envelopeKeys }) => {
        const given = { ...application, numbers };
        return { code: await createApplication(transaction, envelopeKeys, actor, now, given) };
      },
      { secrets: ['numbers'] },
    ),
  }),
  changeApplication: t.field({
    type: ApplicationPayload,
    errors: resultUnion('changeApplication'),
    description: 'Changes a draft.',
    authScopes,
    args: {
      ...codeArgument,
      change: t.arg({ type: ApplicationChangeInput, required: true, description: 'What becomes different.' }),
      ...numbersArgument,
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'changeApplication',
      async (transaction, actor, { code, change, numbers }, { now, envelopeKeys }) => {
        await changeApplication(transaction, envelopeKeys, actor, now, code, { ...change, numbers });
        return { code };
      },
      { secrets: ['numbers'] },
    ),
  }),
  submitApplication: t.field({
    type: ApplicationPayload,
    errors: resultUnion('submitApplication'),
    description:
      'Hands a draft in. Refused where a number is blacklisted, where another application under way or an agent has the same registration number, or where it was rejected not long enough ago.',
    authScopes,
    args: { ...codeArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver('submitApplication', async (transaction, actor, { code }, { now }) => {
      await submitApplication(transaction, actor, now, code);
      return { code };
    }),
  }),
  startScreening: t.field({
    type: ApplicationPayload,
    errors: resultUnion('startScreening'),
    description: 'Takes a submitted application up for screening.',
    authScopes,
    args: { ...codeArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver('startScreening', async (transaction, actor, { code }, { now }) => {
      await startScreening(transaction, actor, now, code);
      return { code };
    }),
  }),
  enterScores: t.field({
    type: ApplicationPayload,
    errors: resultUnion('enterScores'),
    description: 'Enters points for items of the screening form; an item that has points gets the new ones.',
    authScopes,
    args: {
      ...codeArgument,
      scores: t.arg({ type: [ScoreInput], required: true, description: 'The points.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('enterScores', async (transaction, actor, { code, scores }, { now }) => {
      await enterScores(transaction, actor, now, code, scores);
      return { code };
    }),
  }),
  approveApplication: t.field({
    type: ApplicationPayload,
    errors: resultUnion('approveApplication'),
    description:
      'Approves an application: all is scored, the pass mark is reached, the required documents are there. Somebody decides who neither entered nor scored it.',
    authScopes,
    args: { ...codeArgument, ...reasonArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver('approveApplication', async (transaction, actor, { code, reason }, { now }) => {
      await approveApplication(transaction, actor, now, code, reason);
      return { code };
    }),
  }),
  rejectApplication: t.field({
    type: ApplicationPayload,
    errors: resultUnion('rejectApplication'),
    description:
      'Refuses an application. The applicant reads the reason. Somebody decides who neither entered nor scored it. The applicant may come back after the cooling-off days of the form.',
    authScopes,
    args: { ...codeArgument, ...reasonArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver('rejectApplication', async (transaction, actor, { code, reason }, { now }) => {
      await rejectApplication(transaction, actor, now, code, reason);
      return { code };
    }),
  }),
  withdrawApplication: t.field({
    type: ApplicationPayload,
    errors: resultUnion('withdrawApplication'),
    description: 'Ends an application that the applicant takes back.',
    authScopes,
    args: { ...codeArgument, ...reasonArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver('withdrawApplication', async (transaction, actor, { code, reason }, { now }) => {
      await withdrawApplication(transaction, actor, now, code, reason);
      return { code };
    }),
  }),
  signContract: t.field({
    type: ApplicationPayload,
    errors: resultUnion('signContract'),
    description: 'Records the signed contract of an approved application, with the hash of its document.',
    authScopes,
    args: {
      ...codeArgument,
      contract: t.arg({ type: ContractInput, required: true, description: 'The contract.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('signContract', async (transaction, actor, { code, contract }, { now }) => {
      const documentId = keyOfNode('Document', String(contract.documentId), 'contract.documentId');
      await signContract(transaction, actor, now, code, { ...contract, documentId });
      return { code };
    }),
  }),
  inviteToPortal: t.field({
    type: InvitationTokenPayload,
    errors: resultUnion('inviteToPortal'),
    description:
      'Invites somebody to the portal of an agent: a further person, or the same where an invitation was lost.',
    authScopes,
    args: {
      agentCode: t.arg.string({ required: true, description: 'The agent (code).' }),
      email: t.arg.string({ required: true, description: 'The address that the account will sign in with.' }),
      name: t.arg.string({ required: true, description: 'The name of the person.' }),
      ...idempotencyKeyArgument,
    },
    resolve: invite,
  }),
  activateApplication: t.field({
    type: ActivationPayload,
    errors: resultUnion('activateApplication'),
    description:
      'Makes an agent of an application whose contract is signed, with its agreement, territories and portal invitation. Every mandatory course must be passed.',
    authScopes,
    args: {
      ...codeArgument,
      activation: t.arg({ type: ActivationInput, description: 'What is decided with it.' }),
      reason: t.arg.string({ description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: activate,
  }),
  acceptInvitation: t.field({
    type: InvitedPayload,
    errors: resultUnion('acceptInvitation'),
    description:
      'Accepts an invitation to the portal: makes an account of the role AGENT. Whoever has the token may do this, once. It stands even where another field of the same request fails.',
    authScopes: { public: true },
    args: {
      token: t.arg.string({ required: true, description: 'The token of the invitation.' }),
      password: t.arg.string({ required: true, description: 'The password, of 10 to 200 characters.' }),
    },
    // With the owner's rights, as all accounts are written. Nobody is signed in, so no idempotency key could be kept; the token works once.
    resolve: async (_root, { token, password }, { databases, now }) => {
      try {
        const email = await databases.owner.transaction((transaction) =>
          acceptInvitation(transaction, null, now, { token, password }),
        );
        return { email };
      } catch (error) {
        throw asUserError(error);
      }
    },
  }),
}));
