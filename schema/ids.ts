import { UserError } from '../src/errors.ts';
import { asGraphQLError } from './userErrorsPlugin.ts';

// Node ids are opaque to clients: base64url of the type's name and its key. What comes back is checked before it may
// reach the database: a key that is no number there would abort the transaction of the whole request.

const largestInteger = 2_147_483_647;
const keyPattern = /^[1-9]\d{0,15}$/;

/** The types whose key is a bigint; every other single key is an integer. */
const wideKeys: ReadonlySet<string> = new Set(['SalesEvent', 'AuditRecord']);

type KeyPart = 'integer' | 'wide' | 'text' | 'optionalInteger' | 'optionalWide' | 'optionalText';

/** What the parts of a composite key are, by type. */
const compositeKeys: Readonly<Record<string, readonly KeyPart[]>> = {
  CommissionLine: [
    ...(['integer', 'integer', 'integer', 'optionalWide', 'text', 'text'] as const),
    ...(['optionalInteger', 'optionalWide', 'optionalInteger', 'optionalInteger', 'optionalText'] as const),
  ],
  UnpaidEvent: ['integer', 'integer', 'wide', 'text'],
  Statement: ['integer', 'integer', 'text'],
};

/** What an opaque id stands for. */
export type NodeKey = { readonly typename: string; readonly id: string };

/** @returns the opaque id of the object of type `typename` with the key `id`. */
export function encodeNodeId(typename: string, id: string | number | bigint): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

/**
 * @returns the type and key of an opaque id.
 * @throws GraphQLError INPUT_INVALID where it is no id that `encodeNodeId` gives.
 */
export function decodeNodeId(nodeId: string): NodeKey {
  const text = Buffer.from(nodeId, 'base64url').toString();
  const separator = text.indexOf(':');
  const typename = text.slice(0, separator);
  const id = text.slice(separator + 1);
  if (separator < 1 || !/^[A-Za-z]{1,40}$/.test(typename) || !isKeyOf(typename, id)) {
    throw asGraphQLError(new UserError('INPUT_INVALID', 'This is not an id that an answer gave.', 'id'));
  }
  return { typename, id };
}

/**
 * @returns the integer key in a node id of the type.
 * @throws UserError INPUT_INVALID where it is another type's id or none; `at` names the argument.
 */
export function keyOfNode(typename: string, nodeId: string, at: string): number {
  const text = Buffer.from(nodeId, 'base64url').toString();
  const id = text.slice(typename.length + 1);
  if (!text.startsWith(`${typename}:`) || !isKeyOf(typename, id)) {
    throw new UserError('INPUT_INVALID', `This is not the id of a ${typename}.`, at);
  }
  return Number(id);
}

/**
 * @returns which statement a node id is of.
 * @throws UserError INPUT_INVALID where it is another type's id or none; `at` names the argument.
 */
export function statementOfNode(nodeId: string, at: string): { runId: number; agentId: number; currency: string } {
  const text = Buffer.from(nodeId, 'base64url').toString();
  const id = text.slice('Statement:'.length);
  if (!text.startsWith('Statement:') || !isKeyOf('Statement', id)) {
    throw new UserError('INPUT_INVALID', 'This is not the id of a Statement.', at);
  }
  const [runId, agentId, currency] = parseArray(id) ?? [];
  return { runId: Number(runId), agentId: Number(agentId), currency: String(currency) };
}

function isKeyOf(typename: string, id: string): boolean {
  const parts = compositeKeys[typename];
  if (!parts) return isNumber(id, wideKeys.has(typename));
  const values = parseArray(id);
  return values?.length === parts.length && parts.every((part, index) => isKeyPart(part, values[index]));
}

function isKeyPart(part: KeyPart, value: unknown): boolean {
  if (value === null) return part.startsWith('optional');
  if (part === 'text' || part === 'optionalText') return isText(value);
  return typeof value === 'number' && isNumber(String(value), part === 'wide' || part === 'optionalWide');
}

function isNumber(text: string, wide: boolean): boolean {
  return keyPattern.test(text) && Number(text) <= (wide ? Number.MAX_SAFE_INTEGER : largestInteger);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 100 && !value.includes('\0');
}

function parseArray(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
