import { builder } from './builder.ts';
import { TrailingEnum } from './definitionEnums.ts';

builder.drizzleNode('agreement', {
  name: 'Agreement',
  description: 'A dated contract that binds an agent to a commission plan.',
  authScopes: { signedIn: true },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, the key in programme files.' }),
    agent: t.relation('agent', { description: 'The agent it binds.' }),
    plan: t.relation('plan', {
      description: 'The plan it binds the agent to.',
      // Whoever sees an agreement sees its plan; other plans are the operator's business.
      grantScopes: ['agreedPlan'],
    }),
    from: t.expose('validFrom', { type: 'Date', description: 'Its first day.' }),
    to: t.expose('validTo', { type: 'Date', nullable: true, description: 'The first day after it; null: no end.' }),
    totalCap: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Most commission of a period, over all components, pools last.',
      resolve: ({ terms }) => terms.totalCap,
    }),
    minimumPayout: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Less than this is not paid out but carried forward.',
      resolve: ({ terms }) => terms.minimumPayout,
    }),
    taxPercent: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'Percent of what is payable that is withheld as tax.',
      resolve: ({ terms }) => terms.taxPercent,
    }),
    trailing: t.field({
      type: TrailingEnum,
      description: 'What becomes of RESIDUAL after termination.',
      resolve: ({ terms }) => terms.trailing ?? 'STOP',
    }),
  }),
});
