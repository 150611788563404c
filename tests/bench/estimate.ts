import { readFile } from 'node:fs/promises';
import { execute, parse } from 'graphql';
import { schema } from '../../schema/schema.ts';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { estimate } from '../../src/commissions/estimate.ts';
import { whatIf } from '../../src/commissions/whatIf.ts';
import type { Databases } from '../../src/db/client.ts';
import type { Actor } from '../../src/db/transaction.ts';
import { requestTransaction } from '../../src/http/context.ts';
import { createLogger } from '../../src/http/log.ts';
import type { Period } from '../../src/period.ts';
import { issueStatements } from '../../src/statements/issue.ts';
import { keysNamed } from '../partners/people.ts';
import { everyKindText, monthBefore } from './everyKind.ts';
import { prepareEveryKind } from './later.ts';
import { type Comparison, compare, seconds } from './measure.ts';
import { actor, type Month, now } from './month.ts';
import { agentCode, period, tiers } from './province.ts';

// What one agent asks of a month that is open: its estimate, what further sales would change, and what the first page of the portal shows.
// Against the full run of the same month; shares of it are far below 1.

/** In the month, when all of it is there. */
const inMonth = new Date('2026-10-31T12:00:00Z');
const today = '2026-10-31';
const rounds = 5;

/** Stands alone; the first of them is asked about. */
const aloneFrom = 9_000;
/** Of the three levels a root, nine below it and ninety below those; each of them is calculated. */
const leader = agentCode(10);
const ordinary = agentCode(aloneFrom + 500);
/** The last ones share the budget of a campaign: what one of them gets depends on all. */
const budgetFrom = 9_900;
const budgeted = agentCode(budgetFrom + 50);

type Component = { readonly kind: string };
type Text = {
  plans: { code: string; versions: { components: Component[] }[] }[];
  agents: { code: string; parent?: string; agreements: { plan: string }[] }[];
};

/** Every kind of component; the budget of the campaign is that of a plan of its own, so that not all depends on all. */
function programmeText(events: number): string {
  const text = JSON.parse(everyKindText(events)) as Text;
  const [plan] = text.plans;
  const [version] = plan?.versions ?? [];
  if (!plan || !version) throw new Error('no plan');
  const plain = {
    ...plan,
    versions: [{ ...version, components: version.components.filter(({ kind }) => kind !== 'SPIFF') }],
  };
  const agents = text.agents.map((agent, index) => {
    const { parent, ...alone } = agent;
    if (index < aloneFrom) return agent;
    return index < budgetFrom
      ? alone
      : { ...alone, agreements: agent.agreements.map((each) => ({ ...each, plan: 'PUSHED' })) };
  });
  return JSON.stringify({
    ...text,
    plans: [plain, { ...plan, code: 'PUSHED' }],
    agents,
    metrics,
    tierSchemes: [scheme],
  });
}

const metrics = [
  metric('REVENUE', { measure: 'AMOUNT', events: ['BILL'] }),
  metric('UNITS', { measure: 'EVENTS', events: ['ACTIVATION'] }),
];

function metric(code: string, term: object) {
  return { code, name: code, definition: { source: 'COMPUTED', formula: { kind: 'TOTAL', terms: [term] } } };
}

const scheme = {
  code: 'STARS',
  name: 'Stars',
  versions: [
    {
      validFrom: '2020-01-01',
      definition: {
        tiers: tiers.map((tier, level) => ({
          tier,
          entry: [{ kind: 'METRIC', metric: 'UNITS', atLeast: 5 * level }],
          keep: [{ kind: 'METRIC', metric: 'REVENUE', months: 3, aggregate: 'SUM', atLeast: 1000 * level }],
        })),
      },
    },
  ],
};

/** The month as agents find it before it is closed; the statements of the month before are issued. */
async function prepareOpenMonth(databases: Databases, folder: string, events: number): Promise<Month> {
  const month = await prepareEveryKind(databases, folder, events, programmeText(events));
  const [run] = await databases.owner.$client<{ id: number }[]>`
    select id from commission_run where period = ${monthBefore} and status = 'APPROVED'`;
  await databases.owner.transaction((transaction) => issueStatements(transaction, actor, now, run?.id ?? 0));
  await databases.owner.$client.unsafe('vacuum analyze');
  return month;
}

/** Measures each against one full run of the month. */
export async function measureEstimates(databases: Databases, folder: string, events: number): Promise<Comparison[]> {
  return measureOpenMonth(await prepareOpenMonth(databases, folder, events));
}

async function measureOpenMonth({ databases, events }: Month): Promise<Comparison[]> {
  const full = await seconds(() => calculatePeriod(databases, actor, period as Period, now));
  const measure = (name: string, work: () => Promise<unknown>) =>
    compare(
      { name, events, floor: 'one full run of the month' },
      rounds,
      async () => full,
      () => seconds(work),
    );
  const estimateOf = (code: string) => () => estimate(databases, { agentCode: code, period: period as Period });
  const sales = [{ productCode: 'FIBER', quantity: 10, type: 'ACTIVATION' }];
  const home = await homeQueries();
  const manager = await accountOf(databases, 'ADMIN', null);
  const agent = await accountOf(databases, 'AGENT', ordinary);
  return [
    await measure('estimate of an agent', estimateOf(ordinary)),
    await measure('estimate of an agent with overrides of 99', estimateOf(leader)),
    await measure('estimate of one of 100 that share a budget', estimateOf(budgeted)),
    await measure('what-if of an agent', () => whatIf(databases, inMonth, ordinary, sales)),
    await measure('home page of an agent', () => ask(databases, agent, home.agent, { agent: ordinary })),
    await measure('what waits for an agent', () => ask(databases, agent, home.toDo, {})),
    await measure('what waits for an administrator', () => ask(databases, manager, home.toDo, {})),
  ];
}

async function homeQueries() {
  const agent = await readFile('src/portal/web/pages/home/Home.graphql', 'utf8');
  return { agent, toDo: '{ toDo { kind count dueOn subject } }' };
}

async function accountOf({ owner }: Databases, role: 'ADMIN' | 'AGENT', code: string | null): Promise<Actor> {
  const email = `${role.toLowerCase()}@bench.example`;
  const [account] = await owner.$client<{ id: number; agentId: number | null }[]>`
    insert into user_account (email, name, role, agent_id, password_hash, created_at)
    values (${email}, ${role}, ${role}, (select id from agent where code = ${code}), 'none', ${now.toISOString()})
    on conflict (email) do update set name = excluded.name returning id, agent_id as "agentId"`;
  if (!account) throw new Error('no account');
  return { name: email, user: { id: account.id, role, agentId: account.agentId, regionId: null }, requestId: null };
}

/** Asks as over HTTP, without the network. */
async function ask(databases: Databases, asking: Actor, text: string, variableValues: object): Promise<void> {
  const context = { actor: asking, now: inMonth, today, databases };
  const { errors } = await requestTransaction(context, async (transaction) =>
    execute({
      schema,
      document: parse(text),
      variableValues: { ...variableValues },
      contextValue: { ...context, transaction, logger: createLogger('silent'), envelopeKeys: keysNamed('first') },
    }),
  );
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
}
