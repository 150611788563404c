import { extendDeal, loseDeal, winDeal, withdrawDeal } from '../src/registrations/dealLife.ts';
import { judgeDeal, registerDeal } from '../src/registrations/registrations.ts';
import { builder, managers } from './builder.ts';
import { keyOfNode } from './ids.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';
import { DealRegistration, registrars } from './registration.ts';

type RegistrationAnswer = { readonly registrationId: number };

const RegistrationPayload = builder.objectRef<RegistrationAnswer>('DealRegistrationPayload').implement({
  description: 'The registered deal, and what became of it.',
  authScopes: { roles: registrars },
  fields: (t) => ({
    registration: t.drizzleField({
      type: DealRegistration,
      nullable: true,
      description: 'It as it is now.',
      resolve: (query, { registrationId }, _args, { transaction }) =>
        transaction.query.dealRegistration.findFirst(query({ where: { id: registrationId } })),
    }),
  }),
});

const RegistrationInput = builder.inputType('DealRegistrationInput', {
  description: 'A deal to be registered.',
  fields: (t) => ({
    agentCode: t.string({ description: 'For which agent (code); agents register for themselves.' }),
    customerId: t.string({ required: true, description: 'The customer as events name it.' }),
    customerName: t.string({ required: true, description: "The customer's name." }),
    opportunity: t.string({ description: 'What the deal is about.' }),
    productCode: t.string({ description: 'The one product it is for (code).' }),
    categoryCode: t.string({
      description: 'The product category it is for (code); neither this nor a product: anything.',
    }),
  }),
});

const SaleInput = builder.inputType('RegistrationSaleInput', {
  description: 'A sale.',
  fields: (t) => ({
    source: t.string({ required: true, description: 'Its source.' }),
    externalId: t.string({ required: true, description: 'Its external id.' }),
  }),
});

const idArgument = builder.args((t) => ({
  registrationId: t.id({ required: true, description: 'Which registered deal.' }),
}));
const keyOf = (id: string | number) => keyOfNode('DealRegistration', String(id), 'registrationId');

builder.mutationFields((t) => ({
  registerDeal: t.field({
    type: RegistrationPayload,
    errors: resultUnion('registerDeal'),
    description:
      "Registers a customer, or a deal with it: protected at once, waiting behind another agent's deal, refused because of it, or to be judged, as the policy says that fits best.",
    authScopes: { roles: registrars },
    args: {
      input: t.arg({ type: RegistrationInput, required: true, description: 'The deal.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver('registerDeal', async (transaction, actor, { input }, { now }) => ({
      registrationId: await registerDeal(transaction, actor, now, input),
    })),
  }),
  judgeRegistration: t.field({
    type: RegistrationPayload,
    errors: resultUnion('judgeRegistration'),
    description: 'Protects a registered deal that has to be judged, from now on, or refuses it.',
    authScopes: { roles: managers },
    args: {
      ...idArgument,
      protect: t.arg.boolean({ required: true, description: 'Whether it is protected; else it is refused.' }),
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'judgeRegistration',
      async (transaction, actor, { registrationId, protect, reason }, { now }): Promise<RegistrationAnswer> => {
        const id = keyOf(registrationId);
        await judgeDeal(transaction, actor, now, { id, protect, reason });
        return { registrationId: id };
      },
    ),
  }),
  extendRegistration: t.field({
    type: RegistrationPayload,
    errors: resultUnion('extendRegistration'),
    description: 'Lengthens the protection of a registered deal before its end, as often as its policy allows.',
    authScopes: { roles: registrars },
    args: { ...idArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver(
      'extendRegistration',
      async (transaction, actor, { registrationId }, { now }): Promise<RegistrationAnswer> => {
        const id = keyOf(registrationId);
        await extendDeal(transaction, actor, now, id);
        return { registrationId: id };
      },
    ),
  }),
  winRegistration: t.field({
    type: RegistrationPayload,
    errors: resultUnion('winRegistration'),
    description:
      "Says by which of the agent's own sales within its protection a registered deal was won. A sale of what was registered is found by itself within a day.",
    authScopes: { roles: registrars },
    args: {
      ...idArgument,
      sale: t.arg({ type: SaleInput, required: true, description: 'The sale.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'winRegistration',
      async (transaction, actor, { registrationId, sale }, { now }): Promise<RegistrationAnswer> => {
        const id = keyOf(registrationId);
        await winDeal(transaction, actor, now, { id, event: sale });
        return { registrationId: id };
      },
    ),
  }),
  loseRegistration: t.field({
    type: RegistrationPayload,
    errors: resultUnion('loseRegistration'),
    description: 'Says that a protected deal was lost: its protection ends now, and whoever waits longest is next.',
    authScopes: { roles: registrars },
    args: {
      ...idArgument,
      reason: t.arg.string({ required: true, description: 'Why.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'loseRegistration',
      async (transaction, actor, { registrationId, reason }, { now }): Promise<RegistrationAnswer> => {
        const id = keyOf(registrationId);
        await loseDeal(transaction, actor, now, { id, reason });
        return { registrationId: id };
      },
    ),
  }),
  withdrawRegistration: t.field({
    type: RegistrationPayload,
    errors: resultUnion('withdrawRegistration'),
    description: 'Takes back a registered deal that waits or is protected; its protection ends now.',
    authScopes: { roles: registrars },
    args: {
      ...idArgument,
      reason: t.arg.string({ description: 'Why, if you like to say.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'withdrawRegistration',
      async (transaction, actor, { registrationId, reason }, { now }): Promise<RegistrationAnswer> => {
        const id = keyOf(registrationId);
        await withdrawDeal(transaction, actor, now, { id, reason: reason ?? null });
        return { registrationId: id };
      },
    ),
  }),
}));
