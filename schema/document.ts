import { sql } from 'drizzle-orm';
import type { Transaction } from '../src/db/client.ts';
import type { PageOrder } from '../src/db/pages.ts';
import type { Role } from '../src/db/transaction.ts';
import { type document, documentSubject } from '../src/documents/tables.ts';
import { builder } from './builder.ts';
import { describedEnum } from './enums.ts';
import { encodeNodeId } from './ids.ts';
import { type Wanted, wantedAgent } from './lookups.ts';
import { among, equals, readConnection } from './pages.ts';

/** Who may see papers; which ones, the policies decide. Finance sees money, not onboarding papers. */
export const paperReaders: readonly Role[] = ['ADMIN', 'CHANNEL_MANAGER', 'AUDITOR', 'AGENT'];
/** Of the papers finance sees those for settlement. */
const documentReaders: readonly Role[] = [...paperReaders, 'FINANCE'];

const DocumentSubjectEnum = describedEnum('DocumentSubject', 'What a document is about.', documentSubject.enumValues, {
  APPLICATION: 'An applicant.',
  AGENT: 'Who an agent is and may do.',
  SETTLEMENT: 'What is settled with an agent: an invoice, or what speaks in a dispute.',
});

export const Document = builder.drizzleNode('document', {
  name: 'Document',
  description:
    'A stored file of an applicant or agent. Files are stored by POST /documents?application=CODE&kind=KIND, or agent=CODE, then with subject=SETTLEMENT for what finance is to see.',
  authScopes: { roles: documentReaders },
  id: { column: (columns) => columns.id },
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'What the paper is: BUSINESS_LICENCE, CONTRACT …' }),
    subject: t.expose('subject', { type: DocumentSubjectEnum, description: 'What it is about.' }),
    fileName: t.exposeString('fileName', { description: 'What the file was called.' }),
    mediaType: t.exposeString('mediaType', { description: 'The media type of its content.' }),
    sizeBytes: t.exposeInt('sizeBytes', { description: 'Its size in bytes.' }),
    sha256: t.exposeString('sha256', { description: 'The SHA-256 of its bytes, in hexadecimal.' }),
    uploadedBy: t.exposeString('uploadedBy', { description: 'Who stored it.' }),
    uploadedAt: t.expose('uploadedAt', { type: 'DateTime', description: 'When it was stored.' }),
    downloadPath: t.string({
      description: 'Where it is downloaded from: GET, signed in as for this.',
      select: { columns: { id: true } },
      resolve: ({ id }) => `/documents/${encodeNodeId('Document', id)}`,
    }),
    agentCode: t.string({
      nullable: true,
      description: 'The agent (code) whose it is.',
      select: {
        extras: {
          agentCode: (table) => sql<string | null>`(select code from agent where agent.id = ${table.agentId})`,
        },
      },
      resolve: ({ agentCode }) => agentCode,
    }),
    applicationCode: t.string({
      nullable: true,
      description: 'The application (code) whose it is; null where you may not see that.',
      select: {
        extras: {
          applicationCode: (table) =>
            sql<string | null>`(select code from application where application.id = ${table.applicationId})`,
        },
      },
      resolve: ({ applicationCode }) => applicationCode,
    }),
  }),
});

const DocumentConnection = builder.connectionObject(
  {
    type: Document,
    name: 'DocumentConnection',
    description: 'A page of documents.',
    authScopes: { roles: documentReaders },
  },
  { description: 'A document in a page.', authScopes: { roles: documentReaders } },
);

const documentOrder: PageOrder<typeof document> = {
  name: 'documents',
  direction: 'desc',
  keys: [{ column: 'id', type: 'integer' }],
};

/** The application with a code, as a filter. */
async function wantedApplication(transaction: Transaction, code: string | null | undefined): Promise<Wanted> {
  if (code == null) return undefined;
  const rows = await transaction.query.application.findMany({ columns: { id: true }, where: { code } });
  return rows.map((row) => row.id);
}

builder.queryField('documents', (t) =>
  t.connection(
    {
      type: Document,
      nullable: true,
      description: 'The documents you may see, the latest first.',
      authScopes: { roles: documentReaders },
      args: {
        agentCode: t.arg.string({ description: 'Of this agent (code).' }),
        applicationCode: t.arg.string({ description: 'Of this application (code).' }),
        kind: t.arg.string({ description: 'Of this kind.' }),
        subject: t.arg({ type: DocumentSubjectEnum, description: 'About this.' }),
      },
      resolve: async (_root, args, context, info) => {
        const agents = await wantedAgent(context.transaction, args.agentCode);
        const applications = await wantedApplication(context.transaction, args.applicationCode);
        return readConnection(Document, documentOrder, { args, context, info }, (table) => [
          among(table.agentId, agents),
          among(table.applicationId, applications),
          equals(table.kind, args.kind),
          equals(table.subject, args.subject),
        ]);
      },
    },
    DocumentConnection,
  ),
);
