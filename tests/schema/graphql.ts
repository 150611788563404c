import { createRequire } from 'node:module';

// Vite takes graphql's .mjs files where Node, and with it every library, takes index.js: two copies that refuse each other's
// schemas. Tests therefore load it as Node does.
const loaded = createRequire(import.meta.url)('graphql') as typeof import('graphql');

export const { execute, isEnumType, isInputObjectType, isObjectType, parse, subscribe, validate } = loaded;
export const { isInterfaceType, lexicographicSortSchema, printSchema } = loaded;
