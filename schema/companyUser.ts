import {
  type CompanyUser,
  changeCompanyUserRight,
  disableCompanyUser,
  loadCompanyUsers,
  requireCompany,
} from '../src/auth/companyUsers.ts';
import type { CompanyRight } from '../src/db/transaction.ts';
import { inviteAgain } from '../src/onboarding/invitations.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { CompanyRightEnum } from './enums.ts';
import { idempotencyKeyArgument, ownerMutationResolver, resultUnion } from './mutations.ts';

const authScopes = { roles: ['AGENT' as const] };

const CompanyUserType = builder.objectRef<CompanyUser>('CompanyUser').implement({
  description: 'Somebody who signs in for your company.',
  authScopes,
  fields: (t) => ({
    email: t.exposeString('email', { description: 'The e-mail address; it names who did something.' }),
    name: t.exposeString('name', { description: 'The name.' }),
    disabled: t.exposeBoolean('disabled', { description: 'Whether the account is shut out.' }),
    companyRight: t.expose('companyRight', { type: CompanyRightEnum, description: 'What the person may do.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
});

builder.queryField('companyUsers', (t) =>
  t.field({
    type: [CompanyUserType],
    nullable: true,
    description: 'Who signs in for the company that you sign in for, by e-mail address.',
    authScopes,
    resolve: (_root, _args, { transaction }) => loadCompanyUsers(transaction),
  }),
);

type InvitationAnswer = { readonly invitationToken: string | null };

const CompanyInvitationPayload = builder.objectRef<InvitationAnswer>('CompanyInvitationPayload').implement({
  description: 'An invitation to sign in for your company.',
  authScopes,
  fields: (t) => ({
    invitationToken: t.exposeString('invitationToken', {
      nullable: true,
      description: 'With it the invited person accepts, within 14 days. Only in the first answer: it is kept nowhere.',
    }),
  }),
});

const CompanyUsersPayload = builder.objectRef<Record<string, never>>('CompanyUsersPayload').implement({
  description: 'The people of your company, after the change.',
  authScopes,
  fields: (t) => ({
    companyUsers: t.field({
      type: [CompanyUserType],
      description: 'All of them.',
      resolve: (_root, _args, { transaction }) => loadCompanyUsers(transaction),
    }),
  }),
});

type Invite = {
  readonly email: string;
  readonly name: string;
  readonly right?: CompanyRight | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
};

/** The token goes past the stored answer: a repeated request never gets it again. */
async function invite(root: unknown, args: Invite, context: Context): Promise<InvitationAnswer> {
  let invitationToken: string | null = null;
  const work = ownerMutationResolver(
    'inviteCompanyUser',
    async (transaction, actor, { email, name, right: companyRight }: Invite, { now }) => {
      const { agentCode } = await requireCompany(transaction, actor);
      invitationToken = await inviteAgain(transaction, actor, now, { agentCode, email, name, companyRight });
      return {};
    },
  );
  await work(root, args, context);
  return { invitationToken };
}

builder.mutationFields((t) => ({
  inviteCompanyUser: t.field({
    type: CompanyInvitationPayload,
    errors: resultUnion('inviteCompanyUser'),
    description: 'Invites somebody to sign in for your company. Your own right must be FULL, as for every change.',
    authScopes,
    args: {
      email: t.arg.string({ required: true, description: 'The e-mail address to sign in with.' }),
      name: t.arg.string({ required: true, description: 'The name.' }),
      right: t.arg({ type: CompanyRightEnum, description: 'What the person may do; FULL without it.' }),
      ...idempotencyKeyArgument,
    },
    resolve: invite,
  }),
  changeCompanyUserRight: t.field({
    type: CompanyUsersPayload,
    errors: resultUnion('changeCompanyUserRight'),
    description:
      'Gives somebody of your company, yourself too, another right, at once. Somebody who may sign in keeps FULL: the last one is refused with LAST_FULL_USER.',
    authScopes,
    args: {
      email: t.arg.string({ required: true, description: 'Whom, by e-mail address.' }),
      right: t.arg({ type: CompanyRightEnum, required: true, description: 'What the person may do from now on.' }),
      reason: t.arg.string({ description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver(
      'changeCompanyUserRight',
      async (transaction, actor, { email, right, reason }, { now }) => {
        await changeCompanyUserRight(transaction, actor, now, { email, right, reason });
        return {};
      },
    ),
  }),
  disableCompanyUser: t.field({
    type: CompanyUsersPayload,
    errors: resultUnion('disableCompanyUser'),
    description: 'Shuts somebody else of your company out at once.',
    authScopes,
    args: {
      email: t.arg.string({ required: true, description: 'Whom, by e-mail address.' }),
      reason: t.arg.string({ description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: ownerMutationResolver('disableCompanyUser', async (transaction, actor, { email, reason }, { now }) => {
      await disableCompanyUser(transaction, actor, now, { email, reason });
      return {};
    }),
  }),
}));
