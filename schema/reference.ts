import { operator } from '../src/reference/tables.ts';
import { builder } from './builder.ts';

const codeDescription = 'Its code, the key in programme files.';
const nameDescription = 'Its name, for people.';

const Operator = builder.objectRef<typeof operator.$inferSelect>('Operator').implement({
  description: 'The company that pays commission.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code.' }),
    name: t.exposeString('name', { description: nameDescription }),
    timeZone: t.exposeString('timeZone', { description: 'The IANA time zone in which days and periods begin.' }),
    currency: t.exposeString('currency', { description: 'Its currency (ISO 4217).' }),
  }),
});

export const Region = builder.drizzleNode('region', {
  name: 'Region',
  description: 'A node of the tree of regions.',
  authScopes: { signedIn: true },
  id: { column: (region) => region.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: codeDescription }),
    name: t.exposeString('name', { description: nameDescription }),
    parent: t.relation('parent', { nullable: true, description: 'The region it lies in; a root has none.' }),
  }),
});

const ChannelType = builder.drizzleObject('channelType', {
  name: 'ChannelType',
  description: 'A kind of sales channel.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.exposeString('code', { description: codeDescription }),
    name: t.exposeString('name', { description: nameDescription }),
  }),
});

const ProductCategory = builder.drizzleObject('productCategory', {
  name: 'ProductCategory',
  description: 'A group of products.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.exposeString('code', { description: codeDescription }),
    name: t.exposeString('name', { description: nameDescription }),
  }),
});

const Segment = builder.drizzleObject('segment', {
  name: 'Segment',
  description: 'A customer segment.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.exposeString('code', { description: codeDescription }),
    name: t.exposeString('name', { description: nameDescription }),
  }),
});

const Campaign = builder.drizzleObject('campaign', {
  name: 'Campaign',
  description: 'A campaign with its dates.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.exposeString('code', { description: codeDescription }),
    name: t.exposeString('name', { description: nameDescription }),
    startsOn: t.expose('startsOn', { type: 'Date', description: 'Its first day.' }),
    endsOn: t.expose('endsOn', { type: 'Date', nullable: true, description: 'The first day after it; null: no end.' }),
  }),
});

export const Tier = builder.drizzleNode('tier', {
  name: 'Tier',
  description: 'A grade an agent can have.',
  authScopes: { signedIn: true },
  id: { column: (tier) => tier.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: codeDescription }),
    name: t.exposeString('name', { description: nameDescription }),
    rank: t.exposeInt('rank', { description: 'Its place among the tiers: the higher the better.' }),
    multiplier: t.expose('multiplier', {
      type: 'Decimal',
      description: 'What commission is multiplied by where the component says so.',
    }),
  }),
});

// Reference data is small by nature: tens of entries, given whole, in the order of their codes.

builder.queryFields((t) => ({
  operator: t.field({
    type: Operator,
    nullable: true,
    description: 'The company that pays commission; null before a programme was applied.',
    authScopes: { signedIn: true },
    resolve: async (_root, _args, { transaction }) => (await transaction.select().from(operator))[0],
  }),
  regions: t.drizzleField({
    type: [Region],
    description: 'All regions, by code.',
    authScopes: { signedIn: true },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.region.findMany(query({ orderBy: { code: 'asc' } })),
  }),
  channelTypes: t.drizzleField({
    type: [ChannelType],
    description: 'All channel types, by code.',
    authScopes: { signedIn: true },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.channelType.findMany(query({ orderBy: { code: 'asc' } })),
  }),
  productCategories: t.drizzleField({
    type: [ProductCategory],
    description: 'All product categories, by code.',
    authScopes: { signedIn: true },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.productCategory.findMany(query({ orderBy: { code: 'asc' } })),
  }),
  segments: t.drizzleField({
    type: [Segment],
    description: 'All customer segments, by code.',
    authScopes: { signedIn: true },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.segment.findMany(query({ orderBy: { code: 'asc' } })),
  }),
  campaigns: t.drizzleField({
    type: [Campaign],
    description: 'All campaigns, by code.',
    authScopes: { signedIn: true },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.campaign.findMany(query({ orderBy: { code: 'asc' } })),
  }),
  tiers: t.drizzleField({
    type: [Tier],
    description: 'All tiers, the best first.',
    authScopes: { signedIn: true },
    resolve: (query, _root, _args, { transaction }) =>
      transaction.query.tier.findMany(query({ orderBy: { rank: 'desc', code: 'asc' } })),
  }),
}));
