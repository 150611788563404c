import { builder } from './builder.ts';

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
  }),
});
