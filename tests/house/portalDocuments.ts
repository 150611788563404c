import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildSchema, type DocumentNode, Kind, parse, print, separateOperations } from 'graphql';

const web = 'src/portal/web';
/** Fragments that documents of every page may name. */
const shared = 'graphql/fragments.graphql';

/**
 * The typed documents of the portal: for each `X.graphql` the text of an `X.generated.ts` beside it, with the types of what is
 * sent and answered.
 * @param schemaText the schema in SDL
 * @returns texts by path. @throws where a document does not fit the schema.
 */
export async function portalDocuments(schemaText: string): Promise<Record<string, string>> {
  // New codes may be added, as the API says: to the portal they are texts, or every file would list them all.
  const codesAsTexts = schemaText.replaceAll(/: ErrorCode\b/g, ': String');
  const schemaAst = buildSchema(codesAsTexts);
  const schema = parse(codesAsTexts);
  const paths = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.graphql') && path !== shared,
  );
  const fragments = parse(readFileSync(join(web, shared), 'utf8')).definitions;
  const written = paths.sort().map(async (path): Promise<[string, string]> => {
    const source = join(web, path);
    const text = readFileSync(source, 'utf8');
    const named = fragments.filter((one) => 'name' in one && text.includes(`...${one.name?.value}\n`));
    const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [...parse(text).definitions, ...named] };
    const types = await codegen({
      schema,
      schemaAst,
      documents: [{ location: source, document }],
      filename: source,
      config: {},
      plugins: [{ operations: typesOptions }],
      pluginMap: { operations },
    }).catch((error: Error) => {
      throw new Error(`${source}: ${error.message}`);
    });
    const depth = path.split('/').length - 1;
    const request = `${depth === 0 ? './' : '../'.repeat(depth)}graphql/request.ts`;
    const documents = Object.entries(separateOperations(document)).map(([name, one]) =>
      documentText(name, print(one), one),
    );
    const lines = [
      `// Made from ${path.split('/').at(-1)} by \`npm run generate\`.`,
      `import { documentOf } from '${request}';`,
      '',
      types.trim(),
      '',
      ...documents,
    ];
    return [source.replace(/\.graphql$/, '.generated.ts'), `${lines.join('\n')}\n`];
  });
  return Object.fromEntries(await Promise.all(written));
}

const typesOptions = {
  scalars: { Decimal: 'string', DateTime: 'string', Date: 'string', Period: 'string', Json: 'unknown', ID: 'string' },
  skipTypename: true,
  nonOptionalTypename: false,
  onlyOperationTypes: true,
};

function documentText(name: string, text: string, document: ReturnType<typeof parse>): string {
  const definition = document.definitions.find(({ kind }) => kind === 'OperationDefinition');
  const operation = definition && 'operation' in definition ? String(definition.operation) : 'query';
  const suffix = operation === 'query' ? 'Query' : operation === 'mutation' ? 'Mutation' : 'Subscription';
  const type = name.endsWith(suffix) ? name : `${name}${suffix}`;
  const compact = text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('`', '\\`')
    .replaceAll('${', '\\${');
  return `export const ${name}Document = documentOf<${type}, ${type}Variables>('${name}', \`${compact}\`);`;
}
