import { rawSql, type Transaction } from '../../db/client.ts';

type Manager = { readonly id: number; readonly name: string; openCount: number };

/**
 * Gives each new case of `scan_change` its mediator: the manager of the deepest region above or equal the case's who has the fewest open cases, of
 * several the one that was there first; none where no region has a manager, or where the case has no region. `ordinal` numbers a
 * region's new cases.
 */
export async function assignMediators(transaction: Transaction): Promise<void> {
  const sql = rawSql(transaction);
  const wanted = await sql<{ regionId: number; managingRegionId: number; count: number }[]>`
    select distinct on (new.region_id) new.region_id as "regionId", path.above_id as "managingRegionId", new.count
    from (select region_id, count(*)::integer as count from scan_change where change = 'OPEN' and region_id is not null group by region_id) new
    join scan_path path on path.region_id = new.region_id
    where exists (select from user_account account
                  where account.role = 'CHANNEL_MANAGER' and not account.disabled and account.region_id = path.above_id)
    order by new.region_id, path.above_depth desc`;
  if (wanted.length === 0) return;
  const managers = await loadManagers(transaction);
  const assigned = wanted.flatMap(({ regionId, managingRegionId, count }) =>
    takeTurns(managers.get(managingRegionId) ?? [], count).map(({ id, name }, index) => ({
      region_id: regionId,
      ordinal: index + 1,
      mediator_id: id,
      mediator_name: name,
    })),
  );
  await sql`
    update scan_change change set mediator_id = given.mediator_id, mediator_name = given.mediator_name
    from json_to_recordset(${JSON.stringify(assigned)}::text::json)
      as given(region_id integer, ordinal integer, mediator_id integer, mediator_name text)
    where change.change = 'OPEN' and given.region_id = change.region_id and given.ordinal = change.ordinal`;
}

/** The managers of each region, in the order of their accounts, with how many cases each has open. */
async function loadManagers(transaction: Transaction): Promise<Map<number, Manager[]>> {
  const rows = await rawSql(transaction)<(Manager & { regionId: number })[]>`
    select account.id, account.name, account.region_id as "regionId",
      (select count(*)::integer from conflict_case found
       where found.mediator_id = account.id and found.state in ('OPEN', 'IN_MEDIATION', 'APPEALED')) as "openCount"
    from user_account account where account.role = 'CHANNEL_MANAGER' and not account.disabled order by account.id`;
  const managers = new Map<number, Manager[]>();
  for (const { regionId, ...manager } of rows) {
    managers.set(regionId, [...(managers.get(regionId) ?? []), { ...manager }]);
  }
  return managers;
}

/** Who gets each of `count` cases, one after the other. */
function takeTurns(managers: readonly Manager[], count: number): Manager[] {
  return Array.from({ length: count }).flatMap(() => {
    const [first, ...others] = managers;
    if (!first) return [];
    const next = others.reduce((least, manager) => (manager.openCount < least.openCount ? manager : least), first);
    next.openCount += 1;
    return [next];
  });
}
