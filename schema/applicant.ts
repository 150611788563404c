import type { Transaction } from '../src/db/client.ts';
import { asUserError } from '../src/db/constraints.ts';
import { UserError } from '../src/errors.ts';
import {
  type ApplicantKey,
  applyAsApplicant,
  changeOwn,
  openOwn,
  signOwn,
  submitOwn,
  withdrawOwn,
} from '../src/onboarding/applicantAccess.ts';
import {
  type ApplicationOptions,
  type FollowedApplication,
  type FollowedContract,
  type FollowedDocument,
  loadApplicationOptions,
  viewOwn,
} from '../src/onboarding/applicantView.ts';
import { NumbersInput } from './applicationMutations.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { encodeNodeId, keyOfNode } from './ids.ts';
import { resultUnion } from './mutations.ts';
import { ApplicationStateEnum } from './screeningForm.ts';
import { SecretKindEnum } from './secret.ts';

// For applicants, who have no account: public, with the owner's rights, and without a look at who is signed in. They take no
// idempotency key, since what it is kept with would name an account.

const authScopes = { public: true };

/** Runs `work` in a transaction of its own with the owner's rights, whoever asks. */
async function asApplicant<Answer>(
  { databases }: Context,
  work: (transaction: Transaction) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await databases.owner.transaction(work);
  } catch (error) {
    throw asUserError(error);
  }
}

const ChannelTypeOption = builder
  .objectRef<ApplicationOptions['channelTypes'][number]>('ApplicationChannelType')
  .implement({
    description: 'A kind of channel that one can apply to be.',
    authScopes,
    fields: (t) => ({
      code: t.exposeString('code', { description: 'Its code.' }),
      name: t.exposeString('name', { description: 'Its name.' }),
      requiredDocuments: t.stringList({
        description: 'The kinds of documents that its form asks for.',
        resolve: ({ requiredDocuments }) => [...requiredDocuments],
      }),
    }),
  });

const RegionOption = builder.objectRef<ApplicationOptions['regions'][number]>('ApplicationRegion').implement({
  description: 'A region in which one can apply to sell.',
  authScopes,
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    parentCode: t.exposeString('parentCode', { nullable: true, description: 'The region (code) above it.' }),
  }),
});

const OptionsType = builder.objectRef<ApplicationOptions>('ApplicationOptions').implement({
  description: 'What one can apply for.',
  authScopes,
  fields: (t) => ({
    channelTypes: t.field({
      type: [ChannelTypeOption],
      description: 'The kinds of channel that have a form, by code.',
      resolve: ({ channelTypes }) => [...channelTypes],
    }),
    regions: t.field({
      type: [RegionOption],
      description: 'The regions, by code.',
      resolve: ({ regions }) => [...regions],
    }),
  }),
});

const NumberType = builder.objectRef<FollowedApplication['numbers'][number]>('OwnApplicationNumber').implement({
  description: 'A number that the applicant gave, masked.',
  authScopes,
  fields: (t) => ({
    kind: t.expose('kind', { type: SecretKindEnum, description: 'Which number.' }),
    masked: t.exposeString('masked', { description: 'What is shown of it.' }),
  }),
});

const DocumentType = builder.objectRef<FollowedDocument>('OwnApplicationDocument').implement({
  description: 'A document that the applicant gave, or the contract that the operator put there.',
  authScopes,
  fields: (t) => ({
    id: t.id({
      description: 'For `GET /documents/ID?application=CODE`, with the token as X-Application-Token.',
      resolve: ({ id }) => encodeNodeId('Document', id),
    }),
    kind: t.exposeString('kind', { description: 'What the paper is.' }),
    fileName: t.exposeString('fileName', { description: 'The name of the file.' }),
    mediaType: t.exposeString('mediaType', { description: 'The media type.' }),
    uploadedAt: t.expose('uploadedAt', { type: 'DateTime', description: 'When it was stored.' }),
    mine: t.exposeBoolean('mine', { description: 'Whether the applicant stored it, or the operator.' }),
  }),
});

const StepType = builder.objectRef<FollowedApplication['steps'][number]>('OwnApplicationStep').implement({
  description: 'A step of an application, as its applicant sees it.',
  authScopes,
  fields: (t) => ({
    to: t.expose('to', { type: ApplicationStateEnum, description: 'The state after.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

const ContractType = builder.objectRef<FollowedContract>('OwnContract').implement({
  description: 'The contract of an applicant. Its terms are known once the operator has recorded it.',
  authScopes,
  fields: (t) => ({
    planName: t.exposeString('planName', { nullable: true, description: 'The plan that it binds to.' }),
    from: t.expose('from', { type: 'Date', nullable: true, description: 'Its first day.' }),
    to: t.expose('to', {
      type: 'Date',
      nullable: true,
      description: 'The first day after it; null: no end, or not known yet.',
    }),
    signedOn: t.expose('signedOn', {
      type: 'Date',
      nullable: true,
      description: 'The day of the signature that the operator recorded.',
    }),
    signedDocumentId: t.id({
      nullable: true,
      description: 'The document that the applicant says it has signed.',
      resolve: ({ signedDocumentId }) =>
        signedDocumentId === null ? null : encodeNodeId('Document', signedDocumentId),
    }),
    signedAt: t.expose('signedAt', { type: 'DateTime', nullable: true, description: 'When it said so.' }),
  }),
});

const OwnApplicationType = builder.objectRef<FollowedApplication>('OwnApplication').implement({
  description: 'An application, as its applicant sees it.',
  authScopes,
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    state: t.expose('state', { type: ApplicationStateEnum, description: 'Where it stands.' }),
    name: t.exposeString('name', { description: 'The name of the agent-to-be.' }),
    contactName: t.exposeString('contactName', { description: 'Whom to talk to.' }),
    email: t.exposeString('email', { description: 'The e-mail address, for the portal too.' }),
    channelType: t.exposeString('channelType', { description: 'What kind of channel it is to be (code).' }),
    region: t.exposeString('region', { description: 'Where it wants to sell (code).' }),
    territories: t.stringList({
      description: 'The regions (codes) in which it asks for a territory.',
      resolve: ({ territories }) => [...territories],
    }),
    numbers: t.field({
      type: [NumberType],
      description: 'The numbers that were given, masked.',
      resolve: ({ numbers }) => [...numbers],
    }),
    dueOn: t.expose('dueOn', {
      type: 'Date',
      nullable: true,
      description: 'The last day on which it should leave its state; null in states that are ends.',
    }),
    missingNumbers: t.field({
      type: [SecretKindEnum],
      description: 'The numbers that must be given before it is handed in.',
      resolve: ({ missingNumbers }) => [...missingNumbers],
    }),
    missingDocuments: t.stringList({
      description: 'The kinds of documents that must be given before it is handed in.',
      resolve: ({ missingDocuments }) => [...missingDocuments],
    }),
    documents: t.field({
      type: [DocumentType],
      description: 'The documents that the applicant gave, and the contract that the operator put there.',
      resolve: ({ documents }) => [...documents],
    }),
    steps: t.field({ type: [StepType], description: 'Its steps, in order.', resolve: ({ steps }) => [...steps] }),
    rejectionReason: t.exposeString('rejectionReason', { nullable: true, description: 'Why it was refused.' }),
    contract: t.field({
      type: ContractType,
      nullable: true,
      description: 'The contract; null before the approval.',
      resolve: ({ contract }) => contract,
    }),
  }),
});

const OwnApplicationInput = builder.inputType('OwnApplicationInput', {
  description: 'An application as its applicant enters it.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name of the agent-to-be.' }),
    channelType: t.string({ required: true, description: 'What kind of channel it is to be (code).' }),
    region: t.string({ required: true, description: 'Where it wants to sell (code).' }),
    contactName: t.string({ required: true, description: 'Whom to talk to.' }),
    email: t.string({ required: true, description: 'The e-mail address, for the portal too.' }),
    territories: t.stringList({
      description: 'The regions (codes) in which it asks for a territory; its region without them.',
    }),
  }),
});

const OwnChangeInput = builder.inputType('OwnApplicationChangeInput', {
  description: 'What becomes different in the own draft; what is left out stays.',
  fields: (t) => ({
    name: t.string({ description: 'The name of the agent-to-be.' }),
    channelType: t.string({ description: 'What kind of channel it is to be (code).' }),
    region: t.string({ description: 'Where it wants to sell (code).' }),
    contactName: t.string({ description: 'Whom to talk to.' }),
    email: t.string({ description: 'The e-mail address, for the portal too.' }),
    territories: t.stringList({
      description: 'The regions (codes) in which it asks for a territory, all of them; what was there is replaced.',
    }),
  }),
});

const AppliedType = builder.objectRef<ApplicantKey>('ApplyPayload').implement({
  description: 'That an application was entered.',
  authScopes,
  fields: (t) => ({
    // Not `code`: a client asks for a UserError's beside it.
    applicationCode: t.exposeString('code', { description: 'The code of the application.' }),
    token: t.exposeString('token', {
      description: 'With it the applicant comes back. It is shown this once and nobody can find it again: note it.',
    }),
  }),
});

const OwnPayload = builder.objectRef<{ readonly application: FollowedApplication }>('OwnApplicationPayload').implement({
  description: 'The own application that was changed.',
  authScopes,
  fields: (t) => ({
    application: t.field({
      type: OwnApplicationType,
      description: 'The application as it is now.',
      resolve: ({ application }) => application,
    }),
  }),
});

builder.queryFields((t) => ({
  applicationOptions: t.field({
    type: OptionsType,
    nullable: true,
    description: 'What one can apply for.',
    authScopes,
    resolve: (_root, _args, context) => asApplicant(context, loadApplicationOptions),
  }),
  followApplication: t.field({
    type: OwnApplicationType,
    nullable: true,
    description: 'The application with this code and token; null where they do not fit. By POST only.',
    authScopes,
    args: {
      code: t.arg.string({ required: true, description: 'The code of the application.' }),
      token: t.arg.string({ required: true, description: 'The token that was shown when it was entered.' }),
    },
    resolve: (_root, key, context) =>
      asApplicant(context, async (transaction) => {
        try {
          return await viewOwn(transaction, await openOwn(transaction, context.now, key));
        } catch (error) {
          if (error instanceof UserError && error.code === 'NOT_FOUND') return null;
          throw error;
        }
      }),
  }),
}));

const keyArguments = builder.args((t) => ({
  code: t.string({ required: true, description: 'The code of the application.' }),
  token: t.string({ required: true, description: 'The token that was shown when it was entered.' }),
}));
const numbersArgument = builder.args((t) => ({
  numbers: t.field({ type: NumbersInput, description: 'Its numbers; those left out stay.' }),
}));

/** Does something to the own application and answers with what it is then. */
function withOwn(key: ApplicantKey, context: Context, work: (transaction: Transaction) => Promise<void>) {
  return asApplicant(context, async (transaction) => {
    await work(transaction);
    return { application: await viewOwn(transaction, await openOwn(transaction, context.now, key)) };
  });
}

builder.mutationFields((t) => ({
  apply: t.field({
    type: AppliedType,
    errors: resultUnion('apply'),
    description:
      'Enters an application, as a draft. Anybody may, without signing in; who is signed in all the same is not looked at. ' +
      'A draft that is not handed in within 30 days is gone for its applicant.',
    authScopes,
    args: {
      application: t.arg({ type: OwnApplicationInput, required: true, description: 'The application.' }),
      ...numbersArgument,
    },
    resolve: (_root, { application, numbers }, context) =>
      asApplicant(context, (transaction) =>
        applyAsApplicant(transaction, context.envelopeKeys, context.now, { ...application, numbers }),
      ),
  }),
  changeOwnApplication: t.field({
    type: OwnPayload,
    errors: resultUnion('changeOwnApplication'),
    description: 'Changes the own draft.',
    authScopes,
    args: {
      ...keyArguments,
      change: t.arg({ type: OwnChangeInput, required: true, description: 'What becomes different.' }),
      ...numbersArgument,
    },
    resolve: (_root, { code, token, change, numbers }, context) =>
      withOwn({ code, token }, context, (transaction) =>
        changeOwn(transaction, context.envelopeKeys, context.now, { code, token }, { ...change, numbers }),
      ),
  }),
  submitOwnApplication: t.field({
    type: OwnPayload,
    errors: resultUnion('submitOwnApplication'),
    description: 'Hands the own draft in, once its numbers and documents are there.',
    authScopes,
    args: keyArguments,
    resolve: (_root, key, context) => withOwn(key, context, (transaction) => submitOwn(transaction, context.now, key)),
  }),
  withdrawOwnApplication: t.field({
    type: OwnPayload,
    errors: resultUnion('withdrawOwnApplication'),
    description: 'Takes the own application back, for good.',
    authScopes,
    args: { ...keyArguments, reason: t.arg.string({ required: true, description: 'Why.' }) },
    resolve: (_root, { reason, ...key }, context) =>
      withOwn(key, context, (transaction) => withdrawOwn(transaction, context.now, key, reason)),
  }),
  signOwnContract: t.field({
    type: OwnPayload,
    errors: resultUnion('signOwnContract'),
    description:
      'Says that a document of the kind CONTRACT, which the applicant stored, is signed by it. The operator then records the contract.',
    authScopes,
    args: { ...keyArguments, documentId: t.arg.id({ required: true, description: 'The signed document.' }) },
    resolve: (_root, { documentId, ...key }, context) =>
      withOwn(key, context, (transaction) =>
        signOwn(transaction, context.now, key, keyOfNode('Document', String(documentId), 'documentId')),
      ),
  }),
}));
