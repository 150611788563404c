import { readFileSync } from 'node:fs';
import type { GraphQLField, GraphQLObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/schema.ts';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from './graphql.ts';

const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
  (type) => type != null,
);

type Scoped = { readonly extensions: Readonly<Record<string, unknown>> };

/** What a field or type asks of who reads it, as declared on the builder. */
function scopes({ extensions }: Scoped): unknown {
  return (extensions.pothosOptions as { authScopes?: unknown } | undefined)?.authScopes;
}

function fieldsOf(type: GraphQLObjectType): GraphQLField<unknown, unknown>[] {
  return Object.values(type.getFields());
}

describe('the schema', () => {
  it('describes every type, field, argument, enum value and input field', () => {
    const missing: string[] = [];
    const check = (name: string, described: { description?: string | null }) => {
      if (!described.description?.trim()) missing.push(name);
    };
    for (const type of types) {
      if (!['ID', 'Int', 'Float', 'Boolean', 'String'].includes(type.name)) check(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
      if (isInputObjectType(type))
        for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field);
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        for (const argument of field.args) check(`${type.name}.${field.name}(${argument.name})`, argument);
      }
    }
    expect(missing).toEqual([]);
  });

  it('declares who may use every root field and every object type', () => {
    const unscoped = [
      ...roots.flatMap((root) =>
        fieldsOf(root)
          .filter((field) => !scopes(field))
          .map((field) => `${root.name}.${field.name}`),
      ),
      // PageInfo holds cursors of a connection that has a scope itself.
      ...types
        .filter((type) => isObjectType(type) && !roots.includes(type) && type.name !== 'PageInfo')
        .filter((type) => !scopes(type))
        .map((type) => type.name),
    ];
    expect(unscoped).toEqual([]);
    expect(roots.flatMap(fieldsOf).length).toBeGreaterThan(45);
  });

  it('lets nobody but these use a root field without signing in, and shows the public only what they answer', () => {
    const isPublic = (scoped: Scoped) => JSON.stringify(scopes(scoped) ?? '').includes('public');
    const publicFields = roots.flatMap(fieldsOf).filter(isPublic);
    expect(publicFields.map((field) => field.name).sort()).toEqual([
      'acceptInvitation',
      'addToMisconductReport',
      'answerRating',
      'answerSurvey',
      'applicationOptions',
      'apply',
      'changeOwnApplication',
      'fileMisconductReport',
      'followApplication',
      'followMisconductReport',
      'ratingForm',
      'signOwnContract',
      'submitOwnApplication',
      'surveyForm',
      'withdrawOwnApplication',
    ]);
    expect(
      types
        .filter((type) => isObjectType(type) && isPublic(type))
        .map((type) => type.name)
        .sort(),
    ).toEqual([
      'ApplicationChannelType',
      'ApplicationOptions',
      'ApplicationRegion',
      'ApplyPayload',
      'Fault',
      'FollowedMisconductMessage',
      'FollowedMisconductReport',
      'InvitationPayload',
      'MisconductReceipt',
      'OwnApplication',
      'OwnApplicationDocument',
      'OwnApplicationNumber',
      'OwnApplicationPayload',
      'OwnApplicationStep',
      'OwnContract',
      'RatingAnswered',
      'RatingForm',
      'SurveyAnswered',
      'SurveyForm',
      'SurveyQuestion',
      'UserError',
    ]);
  });

  it('takes an idempotency key in every mutation of somebody signed in, and answers each with a union that has UserError', () => {
    const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
    // A key is kept with an account, which these have not.
    const accountless = [
      ...['acceptInvitation', 'addToMisconductReport', 'fileMisconductReport'],
      ...['apply', 'changeOwnApplication', 'signOwnContract', 'submitOwnApplication', 'withdrawOwnApplication'],
    ];
    for (const mutation of mutations) {
      const names = mutation.args.map((argument) => argument.name);
      expect(names.includes('idempotencyKey'), mutation.name).toBe(!accountless.includes(mutation.name));
      expect(String(mutation.type)).toBe(`${mutation.name.charAt(0).toUpperCase()}${mutation.name.slice(1)}Result!`);
    }
    expect(mutations.length).toBeGreaterThan(15);
  });

  it('is printed in schema.graphql', () => {
    const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;
    expect(readFileSync('schema.graphql', 'utf8') === printed, 'run npm run generate').toBe(true);
  });

  it('gives out no number for money, rates or weights', () => {
    const floats = types.flatMap((type) =>
      isObjectType(type) ? fieldsOf(type).filter((field) => String(field.type).includes('Float')) : [],
    );
    expect(floats).toEqual([]);
  });

  it('keeps this list of what asks for more than signing in', () => {
    const text = (scoped: Scoped) => JSON.stringify(scopes(scoped));
    const isPlain = (scoped: Scoped) => ['{"signedIn":true}', '{"public":true}', undefined].includes(text(scoped));
    const objects = types.filter((type): type is GraphQLObjectType => isObjectType(type) && !roots.includes(type));
    const restricted = objects.flatMap((type) => [
      ...(isPlain(type) ? [] : [`${type.name} ${text(type)}`]),
      ...fieldsOf(type)
        .filter((field) => !isPlain(field))
        .map((field) => `${type.name}.${field.name} ${text(field)}`),
    ]);
    expect(restricted.sort()).toMatchSnapshot();
  });
});
