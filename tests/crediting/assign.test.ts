import { beforeEach, describe, expect, it } from 'vitest';
import { calculatePeriod } from '../../src/commissions/close.ts';
import { approveRun } from '../../src/commissions/runs.ts';
import { findRuleCredits, writeRuleCredits } from '../../src/crediting/assign.ts';
import { publishCreditRule } from '../../src/crediting/rules.ts';
import { localActor } from '../../src/db/transaction.ts';
import type { Period } from '../../src/period.ts';
import { withdrawDeal } from '../../src/registrations/dealLife.ts';
import { importSales, makeWorld, register, sale, start, type World } from '../registrations/fixture.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});

const clerk = localActor('clerk');
/** After November is over. */
const december = new Date('2026-12-05T02:00:00Z');
const november = '2026-11' as Period;

const share = (role: string, percent: string, channelTypes: string[] = []) => ({ role, percent, channelTypes });
const publish = (code: string, definition: object, validFrom = '2026-01-01') =>
  world.databases.owner.transaction((transaction) =>
    publishCreditRule(transaction, clerk, start, { code, name: code, validFrom, definition }),
  );
/** What an online lead that a store fulfils is worth. */
const onlineToStore = (rest: object = {}) => ({
  events: ['ACTIVATION'],
  source: 'CREDITS',
  shares: [share('LEAD', '60', ['ONLINE']), share('FULFILMENT', '40', ['AGENT'])],
  priority: 10,
  ...rest,
});
const registered = (percent: string, rest: object = {}) => ({
  events: ['ACTIVATION'],
  source: 'REGISTRATION',
  shares: percent === '100' ? [share('REGISTRANT', '100')] : [share('REGISTRANT', percent), share('SELLER', '70')],
  priority: 20,
  ...rest,
});

/** Looks through all events, or those named. @returns of how many the shares changed. */
const assign = (externalIds?: readonly string[]) =>
  world.databases.owner.transaction(async (transaction) => {
    const only = externalIds ? `where external_id in (${externalIds.map((id) => `'${id}'`).join(',')})` : '';
    await transaction.execute(
      `create temporary table scan_event on commit drop as select id as event_id from sales_event ${only}`,
    );
    const count = await findRuleCredits(transaction, 'scan_event');
    await writeRuleCredits(transaction, count);
    return count;
  });
const shared = async () => {
  const rows = await world.databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', external_id, agent.code, role, trim_scale(share)) as text
    from rule_credit credit join sales_event event on event.id = event_id join agent on agent.id = credit.agent_id
    order by external_id collate "C", agent.code, role`;
  return rows.map(({ text }) => text);
};
const earned = async (period = november) => {
  const rows = await world.databases.owner.$client<{ text: string }[]>`
    select concat_ws(' ', agent.code, external_id, line.role, line.amount) as text
    from commission_line line join commission_run run on run.id = line.run_id join agent on agent.id = line.agent_id
    join sales_event event on event.id = line.cause_id
    where run.period = ${period} and run.status in ('CALCULATED', 'APPROVED') and line.kind::text in ('EARNING', 'RETRO')
    order by external_id collate "C", agent.code`;
  return rows.map(({ text }) => text);
};
const registerAt = (at: string, person: 'E1' | 'W2' = 'E1', rest: object = {}) =>
  register(world, person, { at: new Date(at), ...rest });

describe('shares by role', () => {
  it('take the place of those that came, where the roles are exactly those of the rule and the channel types fit', async () => {
    await publish('O2O', onlineToStore());
    await importSales(world, [
      sale('FITS', { credits: 'W1:LEAD:0.5|E1:FULFILMENT:0.5' }),
      sale('ONE_ROLE', { credits: 'W1:LEAD:1' }),
      sale('MORE_ROLES', { credits: 'W1:LEAD:0.5|E1:FULFILMENT:0.4|E2:HELPER:0.1' }),
      sale('TWICE', { credits: 'W1:LEAD:0.5|E1:FULFILMENT:0.3|E2:FULFILMENT:0.2' }),
      // The lead is of a store.
      sale('NO_SHOP', { credits: 'E2:LEAD:0.5|E1:FULFILMENT:0.5' }),
      sale('PLAIN'),
      sale('RENEWED', { type: 'RENEWAL', credits: 'W1:LEAD:0.5|E1:FULFILMENT:0.5' }),
      sale('UNDONE', { credits: 'W1:LEAD:0.5|E1:FULFILMENT:0.5' }),
      sale('UNDOING', { type: 'REVERSAL', originalExternalId: 'UNDONE', credits: 'W1:LEAD:0.5|E1:FULFILMENT:0.5' }),
    ]);
    expect(await assign()).toBe(1);
    expect(await shared()).toEqual(['FITS E1 FULFILMENT 0.4', 'FITS W1 LEAD 0.6']);
    expect(await assign()).toBe(0);
  });

  it('are those of the version in force on the local day, where the sale lies, of what was sold; the lowest priority wins', async () => {
    await publish('O2O', onlineToStore({ regions: ['EAST'], categories: ['BROADBAND'] }));
    await publish(
      'O2O',
      onlineToStore({ shares: [share('LEAD', '33.3333'), share('FULFILMENT', '66.6667')] }),
      '2026-11-03',
    );
    await publish('O2O', onlineToStore({ enabled: false }), '2026-11-20');
    await publish(
      'FIRST',
      onlineToStore({ priority: 1, shares: [share('LEAD', '10', ['AGENT']), share('FULFILMENT', '90')] }),
    );
    const credits = 'W1:LEAD:0.5|E1:FULFILMENT:0.5';
    await importSales(world, [
      // Midnight of the 3rd in Shanghai is 16:00 UTC.
      sale('OLD', { credits, occurredAt: '2026-11-02T15:59:59.999999Z' }),
      sale('NEW', { credits, occurredAt: '2026-11-02T16:00:00Z', productCode: 'VOICE' }),
      sale('OFF', { credits, occurredAt: '2026-11-19T16:00:00Z' }),
      sale('VOICE', { credits, productCode: 'VOICE' }),
      // E1 is of the east, whose sale lies elsewhere here.
      sale('WEST', { credits, regionCode: 'WEST' }),
      sale('STORE', { credits: 'E2:LEAD:0.5|E1:FULFILMENT:0.5' }),
    ]);
    await assign();
    expect(await shared()).toEqual([
      'NEW E1 FULFILMENT 0.666667',
      'NEW W1 LEAD 0.333333',
      'OLD E1 FULFILMENT 0.4',
      'OLD W1 LEAD 0.6',
      'STORE E1 FULFILMENT 0.9',
      'STORE E2 LEAD 0.1',
    ]);
  });

  it('change as a whole when the rule does, and only where something differs', async () => {
    await publish('O2O', onlineToStore());
    const credits = 'W1:LEAD:0.5|E1:FULFILMENT:0.5';
    await importSales(world, [sale('A', { credits }), sale('B', { credits, occurredAt: '2026-11-05T00:00:00Z' })]);
    expect(await assign(['A'])).toBe(1);
    expect(await assign()).toBe(1);
    await publish('O2O', onlineToStore({ shares: [share('LEAD', '70'), share('FULFILMENT', '30')] }), '2026-11-04');
    expect(await assign()).toBe(1);
    expect(await shared()).toEqual(['A E1 FULFILMENT 0.4', 'A W1 LEAD 0.6', 'B E1 FULFILMENT 0.3', 'B W1 LEAD 0.7']);
  });
});

describe('a registered deal', () => {
  it('credits its agent with the sales of others while it is protected, and not an instant longer', async () => {
    await publish('DEALS', registered('30'));
    const id = await register(world, 'E1', { categoryCode: 'BROADBAND' });
    const ending = new Date('2026-11-05T04:00:00Z');
    await world.as('E1', ending, (transaction, actor) =>
      withdrawDeal(transaction, actor, ending, { id, reason: null }),
    );
    await importSales(world, [
      sale('BEFORE', { agentCode: 'W2', occurredAt: '2026-11-02T01:59:59.999999Z' }),
      sale('FIRST', { agentCode: 'W2', occurredAt: '2026-11-02T02:00:00Z' }),
      sale('LAST', { agentCode: 'W2', occurredAt: '2026-11-05T03:59:59.999999Z', productCode: 'CABLE' }),
      sale('AFTER', { agentCode: 'W2', occurredAt: '2026-11-05T04:00:00Z' }),
      sale('OWN', { agentCode: 'E1' }),
      sale('VOICE', { agentCode: 'W2', productCode: 'VOICE' }),
      sale('OTHER', { agentCode: 'W2', customerId: 'L' }),
      sale('NOBODY', { agentCode: 'W2', customerId: null }),
      sale('SHARED', { agentCode: 'W2', credits: 'W1:LEAD:0.5|W2:SALE:0.5' }),
    ]);
    await assign();
    expect(await shared()).toEqual([
      'FIRST E1 REGISTRANT 0.3',
      'FIRST W2 SELLER 0.7',
      'LAST E1 REGISTRANT 0.3',
      'LAST W2 SELLER 0.7',
      'SHARED E1 REGISTRANT 0.3',
      'SHARED W2 SELLER 0.7',
    ]);
  });

  it('may have it all', async () => {
    await publish('DEALS', registered('100'));
    await register(world, 'E1');
    await importSales(world, [sale('A', { agentCode: 'W2' })]);
    await assign();
    expect(await shared()).toEqual(['A E1 REGISTRANT 1']);
  });
});

describe('commission', () => {
  it('is paid by the shares, whatever came in which order', async () => {
    await publish('O2O', onlineToStore());
    await publish('DEALS', registered('30'));
    await registerAt('2026-11-02T02:00:00Z');
    await importSales(world, [
      sale('LEAD', { customerId: 'L', credits: 'W1:LEAD:0.5|E2:FULFILMENT:0.5' }),
      sale('DEAL', { agentCode: 'W2' }),
      sale('PLAIN', { agentCode: 'W2', customerId: 'M' }),
    ]);
    const run = await calculatePeriod(world.databases, clerk, november, december);
    // Of 80.05: 60 % is 48.03, 40 % is 32.02; 30 % is 24.015, rounded 24.02, and 70 % is 56.035, rounded 56.04.
    expect(await earned()).toEqual([
      'E1 DEAL REGISTRANT 24.02',
      'W2 DEAL SELLER 56.04',
      'E2 LEAD FULFILMENT 32.02',
      'W1 LEAD LEAD 48.03',
      'W2 PLAIN SELLER 80.05',
    ]);
    await world.databases.owner.transaction((transaction) =>
      approveRun(transaction, localActor('controller'), december, run.id),
    );
    // A rule that takes effect for the closed month is settled in the next one.
    await publish('ALL', { ...registered('100'), priority: 1 });
    await importSales(world, [sale('LATER', { customerId: 'Z', occurredAt: '2026-12-02T00:00:00Z' })]);
    await calculatePeriod(world.databases, clerk, '2026-12' as Period, new Date('2027-01-05T02:00:00Z'));
    expect((await earned('2026-12' as Period)).filter((line) => line.includes('DEAL')).sort()).toEqual([
      'E1 DEAL REGISTRANT 56.03',
      'W2 DEAL SELLER -56.04',
    ]);
  });
});
