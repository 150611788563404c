import { rawSql, type Transaction } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import type { Period } from '../period.ts';
import { checkProgramme } from '../programme/check.ts';
import { planVersionContent, poolVersionContent } from '../programme/content.ts';
import { type Compared, type Difference, difference } from '../programme/difference.ts';
import { throwFaults } from '../programme/paths.ts';
import type { Programme, ProgrammePlanVersion } from '../programme/schema.ts';
import { loadState, type PublishedVersion, type State } from '../programme/state.ts';
import { writeDifference } from '../programme/write.ts';
import { completeDraft, type Draft } from './draftCopies.ts';
import { hashOf } from './hashes.ts';

// A draft of a programme, in force within one transaction that is rolled back (DOMAIN.md §10, simulation). It is written into copies
// of the tables it changes, in a schema of their own that the transaction finds first: nothing official is locked or touched, no
// cause of RETRO is noted, no audit is written, and any number of drafts can be tried at once.

const drafter = localActor('simulation');
const approvers = ['first approval', 'second approval'];
/** When a draft that is never kept was written. */
const never = new Date(0);

/** What simulating a draft needs to know of it. */
export type AppliedDraft = {
  /** Codes of the pools that it declares other than they are published. */
  readonly pools: readonly string[];
};

/**
 * Puts a draft in force in a transaction that its caller rolls back. It is validated like any programme, but may reach into
 * approved periods: a plan or pool version that differs from the published one, and those of the same plan or pool that begin
 * later, supersede what is published for their dates.
 * @throws UserErrors with every fault of the draft.
 */
export function applyDraft(
  draft: Draft,
): (transaction: Transaction, periods: readonly Period[]) => Promise<AppliedDraft> {
  return async (transaction, periods) => {
    const document = await completeDraft(transaction, draft, periods);
    const stored = await loadState(transaction, document);
    const poolVersions = withoutSuperseded(document, stored);
    const state: State = { ...stored, poolVersions, lockedPeriods: [] };
    const corrected = asCorrections(document, state);
    throwFaults(document, checkProgramme(corrected, state, { plans: new Map(), pools: new Map() }));
    const wanted = difference(corrected, state);
    const schema = await openDraft(transaction, wanted);
    await writeDifference(transaction, drafter, never, wanted, stored);
    await rawSql(transaction).unsafe('set constraints all immediate');
    await approveCorrections(transaction, corrected);
    await rawSql(transaction).unsafe(`analyze ${planTables.map((table) => `${schema}.${table}`).join(', ')}`);
    return { pools: [...new Set(wanted.poolVersions.map(({ pool }) => pool))].sort() };
  };
}

/** The document with its plan versions as corrections, from the first of a plan that differs from what is published. */
function asCorrections(document: Programme, { planVersions }: State): Programme {
  const plans = document.plans.map((plan) => {
    const published = planVersions.filter(({ owner, corrects }) => owner === plan.code && !corrects);
    const changed = plan.versions.filter((version) => !version.corrects && !isPublished(version, published));
    const [first] = changed.map(({ from }) => from).sort();
    if (published.length === 0 || first === undefined) return plan;
    const versions = plan.versions.map((version) => (version.from < first ? version : { ...version, corrects: true }));
    return { ...plan, versions };
  });
  return { ...document, plans };
}

function isPublished(version: ProgrammePlanVersion, published: readonly PublishedVersion[]): boolean {
  const same = published.find(({ from }) => from === version.from);
  return same?.contentHash === hashOf(planVersionContent(version));
}

/** Without the pool versions that those of the document supersede: from the first of a pool that differs. */
function withoutSuperseded({ pools }: Programme, { poolVersions }: State): PublishedVersion[] {
  const firsts = new Map(
    pools.map(({ code, versions }) => {
      const changed = versions.filter((version) => {
        const same = poolVersions.find(({ owner, from }) => owner === code && from === version.from);
        return same?.contentHash !== hashOf(poolVersionContent(version));
      });
      return [code, changed.map(({ from }) => from).sort()[0]];
    }),
  );
  return poolVersions.filter(({ owner, from }) => {
    const first = firsts.get(owner);
    return first === undefined || from < first;
  });
}

const planTables = ['plan', 'component', 'plan_version', 'plan_version_approval', 'plan_component', 'rate_rule'];

// What scorecards say becomes money only once scores are calculated and published, what conflict and credit rules say once events were
// looked through: a draft of them changes no simulated month.
type Section = Exclude<keyof Difference, 'operator' | 'planVersions' | 'poolVersions' | 'scorecards' | 'conflicts'>;

const tablesOfSection: Readonly<Record<Section, readonly string[]>> = {
  regions: ['region'],
  channelTypes: ['channel_type'],
  productCategories: ['product_category'],
  products: ['product'],
  segments: ['segment'],
  campaigns: ['campaign'],
  tiers: ['tier'],
  plans: [],
  pools: ['pool'],
  agents: ['agent', 'agent_status', 'agent_region', 'agent_tier', 'agent_parent'],
  agreements: ['agreement'],
  exchangeRates: ['exchange_rate'],
  metricValues: ['metric_value'],
  territories: ['territory'],
  channelCapacity: ['channel_capacity'],
  screeningForms: ['screening_form'],
  screeningFormVersions: ['screening_form_version'],
  courses: ['course', 'course_requirement'],
  surveys: ['survey'],
};

/**
 * Copies the tables that a difference changes into a schema of the transaction's own and lets the transaction find that first.
 * @returns the schema's name, safe in SQL text
 */
async function openDraft(transaction: Transaction, wanted: Difference): Promise<string> {
  const sql = rawSql(transaction);
  const [row] = await sql<{ id: string }[]>`select pg_current_xact_id()::text as id`;
  if (!row) throw new Error('no transaction');
  const schema = `draft_${row.id}`;
  await sql.unsafe(`create schema ${schema}`);
  const changed = (Object.keys(tablesOfSection) as Section[]).filter((section) => {
    const { created, changed: altered }: Compared<unknown> = wanted[section];
    return created.length > 0 || altered.length > 0;
  });
  const tables = [
    ...planTables,
    ...(wanted.operator ? ['operator'] : []),
    ...(wanted.poolVersions.length > 0 ? ['pool_version'] : []),
    ...changed.flatMap((section) => tablesOfSection[section]),
  ];
  for (const table of tables) await copyTable(transaction, schema, table);
  await sql.unsafe(
    `create function ${schema}.plan_version_in_force(wanted integer) returns boolean language sql stable as $$
       select not version.corrects or (select count(*) >= 2 from ${schema}.plan_version_approval approval
         where approval.version_id = version.id)
       from ${schema}.plan_version version where version.id = wanted
     $$;
     set local search_path to ${schema}, public`,
  );
  return schema;
}

/** Copies a table with its checks and keys; new rows take their ids from the table's own sequence. */
async function copyTable(transaction: Transaction, schema: string, table: string): Promise<void> {
  const sql = rawSql(transaction);
  const copy = `${schema}.${table}`;
  await sql.unsafe(
    `create unlogged table ${copy} (like public.${table} including defaults including constraints including indexes);
     insert into ${copy} select * from public.${table};
     analyze ${copy}`,
  );
  const identities = await sql<{ column: string; sequence: string }[]>`
    select attname as column, pg_get_serial_sequence(${`public.${table}`}, attname) as sequence
    from pg_attribute where attrelid = ${`public.${table}`}::regclass and attidentity <> '' and not attisdropped`;
  for (const { column, sequence } of identities) {
    await sql.unsafe(`alter table ${copy} alter ${column} set default nextval('${sequence}')`);
  }
}

/** Puts the corrections that a draft declares in force, those that were already waiting for approvals among them. */
async function approveCorrections(transaction: Transaction, { plans }: Programme): Promise<void> {
  const hashes = plans.flatMap(({ versions }) =>
    versions.filter(({ corrects }) => corrects).map((version) => hashOf(planVersionContent(version))),
  );
  if (hashes.length === 0) return;
  await rawSql(transaction)`
    insert into plan_version_approval (version_id, approved_by, approved_at)
    select version.id, approver, ${never.toISOString()}::timestamptz
    from plan_version version join plan on plan.id = version.plan_id, unnest(${approvers}::text[]) approver
    where version.corrects and version.content_hash = any(${hashes}) and plan.code = any(${plans.map(({ code }) => code)})
      and not plan_version_in_force(version.id)`;
}
