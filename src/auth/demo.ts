import { asc, inArray, isNull, sql } from 'drizzle-orm';
import { agent } from '../agents/tables.ts';
import type { Databases, Transaction } from '../db/client.ts';
import { lockKey } from '../db/roles.ts';
import { localActor } from '../db/transaction.ts';
import { region } from '../reference/tables.ts';
import { createAccount, type NewAccount } from './accounts.ts';
import { userAccount } from './tables.ts';
import { newToken } from './tokens.ts';

export type DemoAccount = { readonly email: string; readonly role: NewAccount['role']; readonly password: string };

/**
 * For the demo only: one account of each role, with a random password, where it does not exist yet. The manager gets the
 * first region without a parent, the agent's account the first agent by code; without regions or agents they are left out.
 * @param subAgentCode an agent that gets an account besides
 * @returns the accounts created now, with their passwords, which nobody can read again.
 */
export function ensureDemoAccounts(databases: Databases, now: Date, subAgentCode?: string): Promise<DemoAccount[]> {
  return databases.owner.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${lockKey('tributary demo accounts')})`);
    const wanted = await demoAccounts(transaction, subAgentCode);
    const emails = wanted.map(({ email }) => email);
    const existing = await transaction
      .select({ email: userAccount.email })
      .from(userAccount)
      .where(inArray(userAccount.email, emails));
    const taken = new Set(existing.map(({ email }) => email));
    const created: DemoAccount[] = [];
    for (const account of wanted.filter(({ email }) => !taken.has(email))) {
      const password = newToken().slice(0, 16);
      await createAccount(transaction, localActor('demo'), now, { ...account, password });
      created.push({ email: account.email, role: account.role, password });
    }
    return created;
  });
}

async function demoAccounts(
  transaction: Transaction,
  subAgentCode: string | undefined,
): Promise<Omit<NewAccount, 'password'>[]> {
  const [root] = await transaction
    .select({ code: region.code })
    .from(region)
    .where(isNull(region.parentId))
    .orderBy(asc(region.code))
    .limit(1);
  const [seller] = await transaction.select({ code: agent.code }).from(agent).orderBy(asc(agent.code)).limit(1);
  return [
    { email: 'admin@demo.example', name: 'Demo administrator', role: 'ADMIN' },
    ...(root
      ? [
          {
            email: 'manager@demo.example',
            name: 'Demo manager',
            role: 'CHANNEL_MANAGER',
            regionCode: root.code,
          } as const,
        ]
      : []),
    { email: 'finance@demo.example', name: 'Demo finance', role: 'FINANCE' },
    { email: 'auditor@demo.example', name: 'Demo auditor', role: 'AUDITOR' },
    { email: 'compliance@demo.example', name: 'Demo compliance', role: 'COMPLIANCE' },
    ...(seller
      ? [{ email: 'agent@demo.example', name: 'Demo agent', role: 'AGENT', agentCode: seller.code } as const]
      : []),
    ...(subAgentCode === undefined
      ? []
      : [{ email: 'sub@demo.example', name: 'Demo sub-agent', role: 'AGENT', agentCode: subAgentCode } as const]),
  ];
}
