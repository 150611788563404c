import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Databases, Transaction } from '../../src/db/client.ts';
import { activateApplication } from '../../src/onboarding/activation.ts';
import { changeApplication, submitApplication } from '../../src/onboarding/applications.ts';
import { signContract } from '../../src/onboarding/contract.ts';
import {
  approveApplication,
  rejectApplication,
  startScreening,
  withdrawApplication,
} from '../../src/onboarding/screening.ts';
import {
  type ApplicationAction,
  type ApplicationState,
  applicationActions,
  applicationStates,
  nextState,
} from '../../src/onboarding/states.ts';
import { applicationState } from '../../src/onboarding/tables.ts';
import { testDatabase } from '../database.ts';
import {
  anna,
  ben,
  bring,
  carl,
  contract,
  faultsOf,
  findApplication,
  keys,
  now,
  scoreAll,
  setUp,
  undone,
} from './fixture.ts';

// What leads where; every pair of action and state that is not here is forbidden.
const allowed: Readonly<Record<ApplicationAction, Partial<Record<ApplicationState, ApplicationState>>>> = {
  change: { DRAFT: 'DRAFT' },
  submit: { DRAFT: 'SUBMITTED' },
  startScreening: { SUBMITTED: 'SCREENING' },
  score: { SCREENING: 'SCREENING' },
  approve: { SCREENING: 'APPROVED' },
  reject: { SUBMITTED: 'REJECTED', SCREENING: 'REJECTED', APPROVED: 'REJECTED', CONTRACTED: 'REJECTED' },
  sign: { APPROVED: 'CONTRACTED' },
  activate: { CONTRACTED: 'ACTIVE' },
  withdraw: {
    DRAFT: 'WITHDRAWN',
    SUBMITTED: 'WITHDRAWN',
    SCREENING: 'WITHDRAWN',
    APPROVED: 'WITHDRAWN',
    CONTRACTED: 'WITHDRAWN',
  },
};
const pairs = applicationActions.flatMap((action) =>
  applicationStates.map((state) => [action, state, allowed[action][state]] as const),
);

let databases: Databases;
const codes = new Map<ApplicationState, string>();

beforeAll(async () => {
  databases = await testDatabase();
  await setUp(databases);
  await databases.owner.transaction(async (transaction) => {
    for (const state of ['DRAFT', 'SUBMITTED', 'SCREENING', 'APPROVED', 'CONTRACTED'] as const) {
      codes.set(state, await bring(transaction, state));
    }
    const ends = { ACTIVE: 'CONTRACTED', REJECTED: 'SUBMITTED', WITHDRAWN: 'DRAFT' } as const;
    for (const state of ['ACTIVE', 'REJECTED', 'WITHDRAWN'] as const) {
      codes.set(state, await bring(transaction, ends[state]));
    }
    await activateApplication(transaction, anna, now, codeOf('ACTIVE'));
    await rejectApplication(transaction, carl, now, codeOf('REJECTED'), 'No');
    await withdrawApplication(transaction, anna, now, codeOf('WITHDRAWN'), 'No');
  });
});

const codeOf = (state: ApplicationState) => codes.get(state) ?? '';

const act: Record<ApplicationAction, (transaction: Transaction, code: string) => Promise<unknown>> = {
  change: (transaction, code) => changeApplication(transaction, keys, anna, now, code, { name: 'Other' }),
  submit: (transaction, code) => submitApplication(transaction, anna, now, code),
  startScreening: (transaction, code) => startScreening(transaction, ben, now, code),
  score: (transaction, code) => scoreAll(transaction, code),
  approve: (transaction, code) => approveApplication(transaction, carl, now, code, 'Good'),
  reject: (transaction, code) => rejectApplication(transaction, carl, now, code, 'No'),
  sign: async (transaction, code) => signContract(transaction, anna, now, code, await contract(transaction, code)),
  activate: (transaction, code) => activateApplication(transaction, anna, now, code),
  withdraw: (transaction, code) => withdrawApplication(transaction, anna, now, code, 'Changed their mind'),
};

describe('the table of transitions', () => {
  it('knows the states of the database', () => {
    expect([...applicationStates]).toEqual(applicationState.enumValues);
    expect(pairs).toHaveLength(72);
    expect(pairs.filter(([, , to]) => to !== undefined)).toHaveLength(16);
  });

  it.each(pairs)('%s in %s', async (action, state, to) => {
    expect(nextState(action, state)).toBe(to);
    const code = codeOf(state);
    const found = await undone(databases, async (transaction) => {
      const faults = await faultsOf(transaction.transaction((savepoint) => act[action](savepoint, code)));
      return { faults, state: (await findApplication(transaction, code)).state };
    });
    expect(found).toEqual(to === undefined ? { faults: ['APPLICATION_STATE'], state } : { faults: [], state: to });
  });
});

describe('the database', () => {
  it('refuses the same leaps, whoever writes', async () => {
    const leaps = applicationStates.flatMap((state) => applicationStates.map((to) => [state, to] as const));
    const may = new Set(pairs.flatMap(([, state, to]) => (to ? [`${state} ${to}`] : [])));
    const agentId = sql`(select id from agent where code = 'M1')`;
    const found = await undone(databases, async (transaction) => {
      const went: string[] = [];
      for (const [state, to] of leaps.filter(([from, into]) => from !== into)) {
        const update = sql`update application set state = ${to}::application_state, agent_id = case when ${to} = 'ACTIVE' then ${agentId} end
          where code = ${codeOf(state)}`;
        const faults = await faultsOf(
          transaction
            .transaction((savepoint) => savepoint.execute(update).then(() => Promise.reject(new Went())))
            .catch((error) => {
              if (!(error instanceof Went)) throw error;
              went.push(`${state} ${to}`);
            }),
        );
        expect(faults).toEqual(went.includes(`${state} ${to}`) ? [] : ['APPLICATION_STATE']);
      }
      return went;
    });
    expect(new Set(found)).toEqual(new Set([...may].filter((pair) => pair.split(' ')[0] !== pair.split(' ')[1])));
  });
});

class Went extends Error {}
