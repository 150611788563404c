import { assignMediator, startMediation } from '../src/conflicts/cases/assignments.ts';
import { addComment } from '../src/conflicts/cases/comments.ts';
import { addEvidence } from '../src/conflicts/cases/evidence.ts';
import { builder, managers } from './builder.ts';
import { type CaseAnswer, ConflictCasePayload, caseIdArgument } from './conflictCase.ts';
import { ConflictAudienceEnum, ConflictEvidenceKindEnum } from './conflictCaseParts.ts';
import { keyOfNode } from './ids.ts';
import { idempotencyKeyArgument, mutationResolver, resultUnion } from './mutations.ts';

export const caseKeyOf = (id: string | number): number => keyOfNode('ConflictCase', String(id), 'caseId');

export const ConflictEventKeyInput = builder.inputType('ConflictEventKeyInput', {
  description: 'An event, by its key.',
  fields: (t) => ({
    source: t.string({ required: true, description: 'The system it came from.' }),
    externalId: t.string({ required: true, description: 'Its id there.' }),
  }),
});

const speakers = [...managers, 'AGENT'] as const;

builder.mutationFields((t) => ({
  assignConflictMediator: t.field({
    type: ConflictCasePayload,
    errors: resultUnion('assignConflictMediator'),
    description: 'Gives a case to a mediator: an administrator, or a manager of its region or of one above it.',
    authScopes: { roles: managers },
    args: {
      ...caseIdArgument,
      mediator: t.arg.string({ description: 'The e-mail address of the account; without it nobody mediates.' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'assignConflictMediator',
      async (transaction, actor, { caseId, mediator }, { now }): Promise<CaseAnswer> => {
        const id = caseKeyOf(caseId);
        await assignMediator(transaction, actor, now, id, mediator ?? null);
        return { caseId: id };
      },
    ),
  }),
  startConflictMediation: t.field({
    type: ConflictCasePayload,
    errors: resultUnion('startConflictMediation'),
    description: 'Begins to mediate a case that is open.',
    authScopes: { roles: managers },
    args: { ...caseIdArgument, ...idempotencyKeyArgument },
    resolve: mutationResolver(
      'startConflictMediation',
      async (transaction, actor, { caseId }, { now }): Promise<CaseAnswer> => {
        const id = caseKeyOf(caseId);
        await startMediation(transaction, actor, now, id);
        return { caseId: id };
      },
    ),
  }),
  addConflictComment: t.field({
    type: ConflictCasePayload,
    errors: resultUnion('addConflictComment'),
    description: 'Says something to a case. What an agent says is read by staff and by its own side.',
    authScopes: { roles: speakers },
    args: {
      ...caseIdArgument,
      text: t.arg.string({ required: true, description: 'What is said, in at most 2,000 characters.' }),
      audience: t.arg({
        type: ConflictAudienceEnum,
        description: 'Who reads it: of staff STAFF unless told, of agents always SIDE.',
      }),
      agentCode: t.arg.string({ description: 'SIDE, from staff: the party (code).' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'addConflictComment',
      async (transaction, actor, { caseId, text, audience, agentCode }, { now }): Promise<CaseAnswer> => {
        const id = caseKeyOf(caseId);
        const given = { audience: audience ?? undefined, agentCode: agentCode ?? undefined };
        await addComment(transaction, actor, now, { caseId: id, text, ...given });
        return { caseId: id };
      },
    ),
  }),
  addConflictEvidence: t.field({
    type: ConflictCasePayload,
    errors: resultUnion('addConflictEvidence'),
    description: 'Brings something that speaks for a side: an agent for its own, staff for any or for none.',
    authScopes: { roles: speakers },
    args: {
      ...caseIdArgument,
      kind: t.arg({ type: ConflictEvidenceKindEnum, required: true, description: 'What it is.' }),
      text: t.arg.string({ required: true, description: 'What it shows, in at most 2,000 characters.' }),
      agentCode: t.arg.string({ description: 'From staff: the party (code) that it speaks for; without it nobody.' }),
      documentId: t.arg.id({ description: 'DOCUMENT: a stored file of the party.' }),
      event: t.arg({ type: ConflictEventKeyInput, description: 'EVENT: an event that you may see.' }),
      price: t.arg({ type: 'Decimal', description: 'PRICE: the price of one unit.' }),
      currency: t.arg.string({ description: 'PRICE: its currency (ISO 4217).' }),
      ...idempotencyKeyArgument,
    },
    resolve: mutationResolver(
      'addConflictEvidence',
      async (transaction, actor, { caseId, kind, text, documentId, ...rest }, { now }): Promise<CaseAnswer> => {
        const id = caseKeyOf(caseId);
        await addEvidence(transaction, actor, now, {
          caseId: id,
          kind,
          text,
          documentId: documentId == null ? undefined : keyOfNode('Document', String(documentId), 'documentId'),
          agentCode: rest.agentCode ?? undefined,
          event: rest.event ?? undefined,
          price: rest.price ?? undefined,
          currency: rest.currency ?? undefined,
        });
        return { caseId: id };
      },
    ),
  }),
}));
