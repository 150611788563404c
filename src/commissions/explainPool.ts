import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { Decimal } from '../money.ts';
import type { PoolDefinition } from './definitions.ts';
import type { LineRow } from './explainLoad.ts';
import { digitsOf, moneyText, plain, type Story, stepsOf } from './explainText.ts';

// POOL lines: a member's share of a fund (DOMAIN.md §9.8).

type PoolRow = {
  readonly fund: string | null;
  readonly carried_in: string | null;
  readonly weight_total: string | null;
  readonly member_count: number | null;
  readonly weight: string;
  readonly factors: { factor: string; value: string }[];
  readonly number: number | null;
  readonly from: string | null;
  readonly definition: PoolDefinition | null;
};

export async function explainPool(transaction: Transaction, row: LineRow): Promise<Story> {
  const [found] = await rawSql(transaction)<PoolRow[]>`
    select (pool_facts(member.run_id, member.pool_id)).*, member.weight, member.factors, version.number, version.valid_from::text as from,
           version.definition
    from run_pool_member member
    left join lateral (
      select * from pool_version version where version.pool_id = member.pool_id and version.published_at <= ${row.startedAt}::timestamptz
        and to_char(version.valid_from, 'YYYY-MM') <= ${row.period} and (version.valid_to is null or to_char(version.valid_to - 1, 'YYYY-MM') >= ${row.period})
      order by version.number desc limit 1) version on true
    where member.run_id = ${row.runId} and member.pool_id = ${row.causeId} and member.agent_id = ${row.agentId}`;
  if (!found)
    throw new UserError('LINE_UNKNOWN', `There is no share of ${row.agent} in pool ${row.component}.`, row.component);
  const amount = moneyText(row.amount, row.currency);
  const [fund, carriedIn, total, weight] = [found.fund, found.carried_in, found.weight_total, found.weight].map(
    (value) => plain(value ?? '0'),
  );
  const { floor, cap, period, remainder } = found.definition ?? {};
  const isAtFloor = floor !== undefined && new Decimal(row.amount).lte(floor);
  const isAtCap = cap !== undefined && new Decimal(row.amount).gte(cap);
  const bounds = isAtCap ? `, at the cap of ${plain(cap)}` : isAtFloor ? `, at the floor of ${plain(floor)}` : '';
  const zhBounds = isAtCap ? `，达到封顶 ${plain(cap)}` : isAtFloor ? `，按保底 ${plain(floor)}` : '';
  const quotient = `(${fund} + ${carriedIn}) × ${weight} / ${total}`;
  const bounded = isBoundSomewhere(found)
    ? `clamp(λ × ${weight}, ${floor === undefined ? '-' : plain(floor)}, ${cap === undefined ? '-' : plain(cap)})`
    : quotient;
  const factors = found.factors.map(({ factor, value }) => `${factor} ${value}`).join(' × ');
  return {
    formula: `share(${bounded}, ${digitsOf(row.currency)}) = ${amount}`,
    sentenceEn: `${row.agentName} (${row.agent}) has ${amount} ${row.currency} of pool ${row.component}${bounds}: its weight ${weight} of ${total}, shared by ${found.member_count} members, in a fund of ${fund} with ${carriedIn} carried in; every share is floored and the units left over go to the largest remainders.`,
    sentenceZh: `${row.agentName}（${row.agent}）从酬金池 ${row.component} 分得 ${amount} ${row.currency}${zhBounds}：权重 ${weight}，合计 ${total}，共 ${found.member_count} 个成员；本期注入 ${fund}，上期结转 ${carriedIn}；各份额先向下取整，余下的分按最大余数分配。`,
    steps: stepsOf([
      ['pool', found.number === null ? row.component : `${row.component} version ${found.number} from ${found.from}`],
      ['period', period === 'QUARTER' ? 'the quarter' : undefined],
      ['fund', fund ?? ''],
      ['carried in', carriedIn ?? ''],
      ['weight', `${weight} = ${factors}`],
      ['weight of all members', total ?? ''],
      ['members', String(found.member_count)],
      ['least of a share', floor === undefined ? undefined : plain(floor)],
      ['most of a share', cap === undefined ? undefined : plain(cap)],
      [
        'left-over units',
        `one each to the largest remainders, ties by agent code${cap === undefined ? '' : ', none to those at the cap'}`,
      ],
      ['what nobody gets', remainder],
    ]),
  };
}

/** With a floor or cap λ is not fund / weight. */
function isBoundSomewhere({ definition }: PoolRow): boolean {
  return definition?.floor !== undefined || definition?.cap !== undefined;
}
