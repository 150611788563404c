import { sql } from 'drizzle-orm';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { checkClaim } from '../src/registrations/claim.ts';
import { type Clash, findClash } from '../src/registrations/clashes.ts';
import { type RegistrationState, registrationStates } from '../src/registrations/registrationStates.ts';
import type { dealRegistration } from '../src/registrations/tables.ts';
import { builder, managers, staff } from './builder.ts';
import { isStaff } from './conflictCaseLoaders.ts';
import type { Context } from './context.ts';
import { describedEnum } from './enums.ts';
import { wantedAgent } from './lookups.ts';
import { resultUnion } from './mutations.ts';
import { among, equals, readConnection } from './pages.ts';

const readers: readonly Role[] = [...staff, 'AGENT'];
/** Who registers deals, and so asks what stands against one. */
export const registrars: readonly Role[] = [...managers, 'AGENT'];

const RegistrationStateEnum = describedEnum<RegistrationState>(
  'RegistrationState',
  'Where a registered deal stands.',
  registrationStates,
  {
    PENDING: 'Staff has to judge it.',
    QUEUED: "It waits behind another agent's protected deal.",
    PROTECTED: 'It is protected.',
    WON: 'The agent sold what it registered; protected until its end.',
    LOST: 'The customer did not buy.',
    EXPIRED: 'Its protection is over.',
    REFUSED: "It was refused: by staff, or because of another agent's protected deal.",
    WITHDRAWN: 'The agent took it back.',
  },
);

/** Who of staff did something is no business of agents. */
const personFor = (context: Context, name: string) => (isStaff(context) || name === context.actor?.name ? name : null);

const RegistrationStep = builder.drizzleObject('registrationStep', {
  name: 'RegistrationStep',
  description: 'Something that happened to a registered deal.',
  authScopes: { roles: readers },
  select: { columns: { by: true } },
  fields: (t) => ({
    action: t.exposeString('action', {
      description: 'REGISTERED, PROTECTED, QUEUED, REFUSED, EXTENDED, WON, LOST, EXPIRED, WITHDRAWN or TERMINATED.',
    }),
    by: t.string({
      nullable: true,
      description:
        'Who did it; `clock` for what time brings; null for agents where it was neither that nor themselves.',
      resolve: ({ by }, _args, context) => (by === 'clock' ? by : personFor(context, by)),
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, where somebody said so.' }),
  }),
});

export const DealRegistration = builder.drizzleNode('dealRegistration', {
  name: 'DealRegistration',
  description: 'A customer, or an opportunity with it, that an agent claims: a registered deal.',
  authScopes: { roles: readers },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    agent: t.relation('agent', { description: 'Whose it is.' }),
    customerId: t.exposeString('customerId', { description: 'The customer as events name it.' }),
    customerName: t.exposeString('customerName', { description: "The customer's name." }),
    opportunity: t.exposeString('opportunity', { nullable: true, description: 'What the deal is about.' }),
    product: t.relation('product', { nullable: true, description: 'The one product it is for.' }),
    category: t.relation('category', {
      nullable: true,
      description: 'The product category it is for; neither this nor a product: anything.',
    }),
    region: t.relation('region', { nullable: true, description: "The agent's region when it was registered." }),
    state: t.expose('state', { type: RegistrationStateEnum, description: 'Where it stands.' }),
    policyCode: t.string({
      description: 'The policy by which it was registered (code).',
      select: {
        extras: {
          policyCode: (table) => sql<string>`(select policy.code from registration_policy_version version
            join registration_policy policy on policy.id = version.policy_id where version.id = ${table.policyVersionId})`,
        },
      },
      resolve: ({ policyCode }) => policyCode,
    }),
    registeredBy: t.string({
      nullable: true,
      description: 'Who registered it; null for agents where it was not themselves.',
      select: { columns: { registeredBy: true } },
      resolve: ({ registeredBy }, _args, context) => personFor(context, registeredBy),
    }),
    registeredAt: t.expose('registeredAt', { type: 'DateTime', description: 'When.' }),
    protectedFrom: t.expose('protectedFrom', {
      type: 'DateTime',
      nullable: true,
      description: 'The first instant at which it is protected; null: it never was.',
    }),
    protectedUntil: t.expose('protectedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'The first instant at which it is protected no more.',
    }),
    protectedUntilDay: t.expose('protectedUntilDay', {
      type: 'Date',
      nullable: true,
      description: 'The first local day on which it is protected no more.',
    }),
    extensionCount: t.exposeInt('extensionCount', { description: 'How often it was extended.' }),
    wonEventSource: t.string({
      nullable: true,
      description: 'The source of the sale by which it was won.',
      select: {
        extras: {
          wonEventSource: (table) =>
            sql<string | null>`(select source from sales_event where sales_event.id = ${table.wonEventId})`,
        },
      },
      resolve: ({ wonEventSource }) => wonEventSource,
    }),
    wonEventExternalId: t.string({
      nullable: true,
      description: 'The external id of the sale by which it was won.',
      select: {
        extras: {
          wonEventExternalId: (table) =>
            sql<string | null>`(select external_id from sales_event where sales_event.id = ${table.wonEventId})`,
        },
      },
      resolve: ({ wonEventExternalId }) => wonEventExternalId,
    }),
    steps: t.relation('steps', {
      type: RegistrationStep,
      description: 'What happened to it, in order.',
      query: { orderBy: { id: 'asc' } },
    }),
  }),
});

const RegistrationFilter = builder.inputType('DealRegistrationFilter', {
  description: 'Which registered deals. Everything named must hold.',
  fields: (t) => ({
    state: t.field({ type: RegistrationStateEnum, description: 'That stand there.' }),
    agentCode: t.string({ description: 'Of this agent (code).' }),
    customerId: t.string({ description: 'Of this customer, as events name it.' }),
    endingBefore: t.field({
      type: 'Date',
      description: 'Whose protection, which has not ended another way, ends before this day begins.',
    }),
  }),
});

const RegistrationConnection = builder.connectionObject(
  {
    type: DealRegistration,
    name: 'DealRegistrationConnection',
    description: 'A page of registered deals.',
    authScopes: { roles: readers },
  },
  { description: 'A registered deal in a page.', authScopes: { roles: readers } },
);

const registrationOrder: PageOrder<typeof dealRegistration> = {
  name: 'dealRegistrations',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

type ShownClash = { readonly clash: Clash | undefined };

const ClashingRegistration = builder.objectRef<ShownClash>('ClashingRegistration').implement({
  description:
    'Whether another agent is protected where a deal is to be registered. Whoever may see that deal is told everything; others since when, with the name of the customer masked, never who it is.',
  authScopes: { roles: registrars },
  fields: (t) => ({
    isProtected: t.boolean({
      description: 'Whether another agent is protected there now.',
      resolve: ({ clash }) => clash !== undefined,
    }),
    since: t.field({
      type: 'Period',
      nullable: true,
      description: 'The month since which it is.',
      resolve: ({ clash }) => clash?.since,
    }),
    customerName: t.string({
      nullable: true,
      description: "The customer's name; its first character only for who may not see the deal.",
      resolve: ({ clash }) => clash?.customerName,
    }),
    registration: t.string({
      nullable: true,
      description: 'The deal that protects it (code); for who may see it.',
      resolve: ({ clash }) => clash?.registration,
    }),
    agentCode: t.string({
      nullable: true,
      description: 'Whose it is (code); for who may see the deal.',
      resolve: ({ clash }) => clash?.agentCode,
    }),
    agentName: t.string({
      nullable: true,
      description: 'Whose it is (name); for who may see the deal.',
      resolve: ({ clash }) => clash?.agentName,
    }),
    protectedUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The first instant at which it is protected no more; for who may see the deal.',
      resolve: ({ clash }) => clash?.protectedUntil,
    }),
  }),
});

builder.queryFields((t) => ({
  dealRegistrations: t.connection(
    {
      type: DealRegistration,
      nullable: true,
      description: 'The registered deals of the agents you may see, the latest first.',
      authScopes: { roles: readers },
      args: { filter: t.arg({ type: RegistrationFilter, description: 'Which ones; all without it.' }) },
      resolve: async (_root, args, context, info) => {
        const { state, agentCode, customerId, endingBefore } = args.filter ?? {};
        const agents = await wantedAgent(context.transaction, agentCode);
        return readConnection(DealRegistration, registrationOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          equals(table.state, state),
          equals(table.customerId, customerId),
          endingBefore == null
            ? undefined
            : sql`(${table.state} in ('PROTECTED', 'WON') and ${table.protectedUntilDay} < ${endingBefore}::date)`,
        ]);
      },
    },
    RegistrationConnection,
  ),
  registrationClash: t.field({
    type: ClashingRegistration,
    errors: resultUnion('registrationClash'),
    description: 'Whether another agent is protected where a deal is to be registered. Registers nothing.',
    authScopes: { roles: registrars },
    args: {
      agentCode: t.arg.string({ description: 'For which agent (code); agents ask for themselves.' }),
      customerId: t.arg.string({ required: true, description: 'The customer as events name it.' }),
      productCode: t.arg.string({ description: 'For this product (code).' }),
      categoryCode: t.arg.string({ description: 'For this product category (code); with neither for anything.' }),
    },
    resolve: async (_root, args, { transaction, actor, now }): Promise<ShownClash> => {
      if (!actor) return { clash: undefined };
      const claim = await checkClaim(transaction, actor, now, args);
      return { clash: await findClash(transaction, claim, now) };
    },
  }),
}));
