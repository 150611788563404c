import { type ErrorCode, errorCatalogue, UserError, type UserErrors } from '../src/errors.ts';
import { builder } from './builder.ts';

const codes = Object.keys(errorCatalogue) as ErrorCode[];

export const ErrorCodeType = builder.enumType('ErrorCode', {
  description: 'Everything that a user can do wrong or meet. New codes may be added.',
  values: Object.fromEntries(codes.map((code) => [code, { description: errorCatalogue[code] }])) as Record<
    ErrorCode,
    { description: string }
  >,
});

type Fault = Pick<UserError, 'code' | 'message' | 'at' | 'remedy'>;

const FaultType = builder.objectRef<Fault>('Fault').implement({
  description: 'One thing that is wrong.',
  authScopes: { public: true },
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeType, description: 'What it is, from the catalogue.' }),
    message: t.exposeString('message', { description: 'What it is, in this case.' }),
    at: t.exposeString('at', { nullable: true, description: 'The argument, row, entry or rule at fault.' }),
    remedy: t.exposeString('remedy', { description: 'What to do about it.' }),
  }),
});

/** What a field with a typed result answers where a user's error stopped it. */
builder.objectType(UserError, {
  name: 'UserError',
  description:
    'Why nothing was done: something a user can mend. `faults` lists all that was found, the rest the first of them.',
  authScopes: { public: true },
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeType, description: 'The code of the first fault.' }),
    message: t.exposeString('message', { description: 'All faults, as text for people.' }),
    at: t.exposeString('at', { nullable: true, description: 'The argument, row, entry or rule at fault first.' }),
    remedy: t.exposeString('remedy', { description: 'What to do about the first fault.' }),
    faults: t.field({
      type: [FaultType],
      description: 'Every fault that was found, at most the first 1,000.',
      // Not by `instanceof`: the errors plugin passes a proxy. And as plain objects: graphql throws what is an Error.
      resolve: (error) =>
        ((error as Partial<UserErrors>).errors ?? [error])
          .slice(0, 1000)
          .map(({ code, message, at, remedy }) => ({ code, message, at, remedy })),
    }),
  }),
});

const CatalogueEntry = builder.objectRef<{ code: ErrorCode }>('ErrorCatalogueEntry').implement({
  description: 'A code of the error catalogue.',
  authScopes: { signedIn: true },
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCodeType, description: 'The code.' }),
    remedy: t.string({ description: 'What to do about it.', resolve: ({ code }) => errorCatalogue[code] }),
  }),
});

builder.queryField('errorCatalogue', (t) =>
  t.field({
    type: [CatalogueEntry],
    description: 'Everything that a user can do wrong or meet, with what to do about it.',
    authScopes: { signedIn: true },
    resolve: () => codes.map((code) => ({ code })),
  }),
);
