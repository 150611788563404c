import { eq } from 'drizzle-orm';
import { agent } from '../../src/agents/tables.ts';
import type { Databases } from '../../src/db/client.ts';
import { type Actor, asRequest, type Role } from '../../src/db/transaction.ts';
import { application } from '../../src/onboarding/tables.ts';
import { channelType, productCategory, region } from '../../src/reference/tables.ts';
import { now, setUpProvince } from '../sales/fixture.ts';

const today = '2026-11-15';

/** The province with a second channel type, two product categories and applications P-EAST and P-WEST. */
export async function setUpTraining(databases: Databases): Promise<void> {
  await setUpProvince(databases);
  const { owner } = databases;
  await owner.insert(channelType).values({ code: 'ONLINE', name: 'Online' });
  await owner.insert(productCategory).values(['BROADBAND', 'MOBILE'].map((code) => ({ code, name: code })));
  for (const side of ['EAST', 'WEST']) {
    await owner.insert(application).values({
      code: `P-${side}`,
      state: 'APPROVED',
      name: `Shop ${side}`,
      channelTypeId: await idOf(databases, 'channelType', 'AGENT'),
      regionId: await idOf(databases, 'region', `R-${side}`),
      contactName: 'anna',
      email: 'anna@demo.example',
      enteredBy: 'clerk',
      createdAt: now.toISOString(),
    });
  }
}

/** The number of what has a code. */
export async function idOf(
  { owner }: Databases,
  table: 'agent' | 'application' | 'channelType' | 'productCategory' | 'region',
  code: string,
): Promise<number> {
  const tables = { agent, application, channelType, productCategory, region };
  const found = tables[table];
  const [row] = await owner.select({ id: found.id }).from(found).where(eq(found.code, code));
  if (!row) throw new Error(`no ${table} ${code}`);
  return row.id;
}

/** Somebody of a role: a manager of R-EAST, the agent A001. */
async function userOf(databases: Databases, role: Role): Promise<Actor> {
  const regionId = role === 'CHANNEL_MANAGER' ? await idOf(databases, 'region', 'R-EAST') : null;
  const agentId = role === 'AGENT' ? await idOf(databases, 'agent', 'A001') : null;
  return { name: `${role.toLowerCase()}@demo.example`, requestId: 'r', user: { id: 1, role, agentId, regionId } };
}

/** Runs work as the request role with the claims of a role. */
export async function asRole<Result>(
  databases: Databases,
  role: Role,
  work: (transaction: Parameters<Parameters<typeof asRequest<Result>>[3]>[0], user: Actor) => Promise<Result>,
): Promise<Result> {
  const user = await userOf(databases, role);
  return asRequest(databases.request, user, today, (transaction) => work(transaction, user));
}
