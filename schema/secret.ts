import type { Transaction } from '../src/db/client.ts';
import type { Role } from '../src/db/transaction.ts';
import { UserError } from '../src/errors.ts';
import {
  type MaskedNumber,
  maskedNumbers,
  revealSecret,
  type SecretKind,
  type SecretOwner,
  saveSecret,
} from '../src/partners/secrets.ts';
import { secretKind } from '../src/partners/tables.ts';
import { builder, managers } from './builder.ts';
import type { Context } from './context.ts';
import { paperReaders } from './document.ts';
import { describedEnum } from './enums.ts';
import { idempotencyKeyArgument, mutationResolver, ownerMutationResolver, resultUnion } from './mutations.ts';

export const SecretKindEnum = describedEnum<SecretKind>(
  'SecretKind',
  'What a number that is kept encrypted is.',
  secretKind.enumValues,
  {
    REGISTRATION_NUMBER: 'The registration number of a company.',
    IDENTITY_NUMBER: 'The number of the identity card of a person.',
    BANK_ACCOUNT: 'Where money goes.',
    PHONE: 'A phone number.',
  },
);

const MaskedNumberType = builder.objectRef<MaskedNumber>('MaskedNumber').implement({
  description: 'A number that is kept encrypted: what may be seen of it.',
  authScopes: { roles: paperReaders },
  fields: (t) => ({
    kind: t.expose('kind', { type: SecretKindEnum, description: 'What it is.' }),
    masked: t.exposeString('masked', { description: 'Its last characters, as in ****1234.' }),
    changedBy: t.exposeString('changedBy', { description: 'Who entered it.' }),
    changedAt: t.expose('changedAt', { type: 'DateTime', description: 'When it was entered.' }),
  }),
});

type OwnerArgs = {
  readonly agentCode?: string | null | undefined;
  readonly applicationCode?: string | null | undefined;
};

/** @throws UserError INPUT_INVALID where not exactly one is named, NOT_FOUND where the transaction sees none such. */
async function findOwner(transaction: Transaction, { agentCode, applicationCode }: OwnerArgs): Promise<SecretOwner> {
  const columns = { id: true } as const;
  if ((agentCode == null) === (applicationCode == null)) {
    throw new UserError('INPUT_INVALID', 'Name either an agent or an application.', 'agentCode');
  }
  if (agentCode != null) {
    const agent = await transaction.query.agent.findFirst({ columns, where: { code: agentCode } });
    if (agent) return { agentId: agent.id };
    throw new UserError('NOT_FOUND', `No agent has the code "${agentCode.slice(0, 100)}".`, 'agentCode');
  }
  const code = applicationCode ?? '';
  const application = await transaction.query.application.findFirst({ columns, where: { code } });
  if (application) return { applicationId: application.id };
  throw new UserError('NOT_FOUND', `No application has the code "${code.slice(0, 100)}".`, 'applicationCode');
}

const ownerArguments = builder.args((t) => ({
  agentCode: t.string({ description: 'The agent (code) whose it is; or else an application.' }),
  applicationCode: t.string({ description: 'The application (code) whose it is; or else an agent.' }),
}));

builder.queryField('maskedNumbers', (t) =>
  t.field({
    type: [MaskedNumberType],
    nullable: true,
    description: 'The numbers of an agent or application that are kept encrypted, masked, one of a kind.',
    authScopes: { roles: paperReaders },
    args: ownerArguments,
    resolve: async (_root, args, { transaction }) => maskedNumbers(transaction, await findOwner(transaction, args)),
  }),
);

const SaveNumberPayload = builder.objectRef<{ readonly masked: MaskedNumber }>('SaveNumberPayload').implement({
  description: 'The number that was saved.',
  authScopes: { roles: managers },
  fields: (t) => ({
    number: t.field({
      type: MaskedNumberType,
      description: 'What may be seen of it now.',
      resolve: ({ masked }) => masked,
    }),
  }),
});

const revealers: readonly Role[] = [...managers, 'FINANCE'];

const RevealNumberPayload = builder.objectRef<{ readonly number: string | null }>('RevealNumberPayload').implement({
  description: 'A whole number.',
  authScopes: { roles: revealers },
  fields: (t) => ({
    number: t.exposeString('number', {
      nullable: true,
      description: 'The number as it was entered. Only in the first answer: it is kept nowhere but encrypted.',
    }),
  }),
});

type RevealArgs = OwnerArgs & {
  readonly kind: SecretKind;
  readonly reason: string;
  readonly idempotencyKey?: string | null | undefined;
};

/** The number goes to the client past the stored answer: a repeated request is told that it was revealed, but not the number again. */
async function reveal(root: unknown, args: RevealArgs, context: Context) {
  let number: string | null = null;
  const work = ownerMutationResolver<RevealArgs, { revealed: boolean }>(
    'revealNumber',
    async (transaction, actor, { kind, reason, ...named }, { now, today, envelopeKeys, transaction: request }) => {
      // As the request role: whoever may not see the agent is not told that there is one.
      const owner = await findOwner(request, named);
      number = await revealSecret(transaction, envelopeKeys, actor, now, today, { owner, kind, reason });
      return { revealed: true };
    },
  );
  await work(root, args, context);
  return { number };
}

builder.mutationFields((t) => ({
  saveNumber: t.field({
    type: SaveNumberPayload,
    errors: resultUnion('saveNumber'),
    description: 'Saves a number of an agent or application encrypted, in the place of an earlier one of its kind.',
    authScopes: { roles: managers },
    args: {
      ...ownerArguments,
      kind: t.arg({ type: SecretKindEnum, required: true, description: 'What it is.' }),
      number: t.arg.string({ required: true, description: 'The number.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'saveNumber',
      async (transaction, actor, { kind, number, ...named }, { now, envelopeKeys }) => {
        const owner = await findOwner(transaction, named);
        await saveSecret(transaction, envelopeKeys, actor, now, owner, kind, number);
        const masked = (await maskedNumbers(transaction, owner)).find((each) => each.kind === kind);
        if (!masked) throw new Error('what was saved cannot be seen');
        return { masked };
      },
      { secrets: ['number'] },
    ),
  }),
  revealNumber: t.field({
    type: RevealNumberPayload,
    errors: resultUnion('revealNumber'),
    description:
      "Shows a whole number to an administrator or the region's manager; to finance the bank account of an agent. An audit record keeps who saw it and why, even where another field of the same request fails.",
    authScopes: { roles: revealers },
    args: {
      ...ownerArguments,
      kind: t.arg({ type: SecretKindEnum, required: true, description: 'What it is.' }),
      reason: t.arg.string({ required: true, description: 'Why it must be seen.' }),
      ...idempotencyKeyArgument,
    },
    resolve: reveal,
  }),
}));
