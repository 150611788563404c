import { rawSql, type Transaction } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { Decimal } from '../money.ts';

export const matrixStates = ['ALLOWED', 'REFUSED', 'NOT_LISTED'] as const;
type MatrixState = (typeof matrixStates)[number];

export type CoveredCell = {
  readonly channelType: string;
  readonly productCategory: string;
  /** Null: there are no segments. */
  readonly segment: string | null;
  readonly state: MatrixState;
  /** Whether the cell without a segment says so, for want of one of the segment's own. */
  readonly fromGeneral: boolean;
};

export type MatrixCoverage = {
  readonly cellCount: number;
  readonly allowedCount: number;
  readonly refusedCount: number;
  readonly notListedCount: number;
  /** What part of the grid is listed, two decimals; null where the grid is empty. */
  readonly coveredPercent: string | null;
  readonly cells: readonly CoveredCell[];
};

const mostCells = 5000;

/**
 * What the CPC matrix says on a day of every channel type × product category × segment there is (DOMAIN.md §2): the segment's own cell,
 * else the one without a segment, else NOT_LISTED.
 * @throws UserError INPUT_INVALID where the grid has more than 5,000 cells and nothing narrows it.
 */
export async function loadMatrixCoverage(
  transaction: Transaction,
  day: string,
  { channelType = null, productCategory = null }: { channelType?: string | null; productCategory?: string | null } = {},
): Promise<MatrixCoverage> {
  const sql = rawSql(transaction);
  const cells = await sql<CoveredCell[]>`
    with standing as (
      select * from matrix_cell where valid_from <= ${day} and (valid_to is null or valid_to > ${day})
    ), segments as (
      select id, code from segment union all select null, null where not exists (select from segment)
    )
    select channel.code as "channelType", category.code as "productCategory", segments.code as segment,
      case coalesce(own.allowed, general.allowed) when true then 'ALLOWED' when false then 'REFUSED' else 'NOT_LISTED' end as state,
      own.id is null and general.id is not null and segments.id is not null as "fromGeneral"
    from channel_type channel cross join product_category category cross join segments
    left join standing own on own.channel_type_id = channel.id and own.product_category_id = category.id and own.segment_id = segments.id
    left join standing general on general.channel_type_id = channel.id and general.product_category_id = category.id and general.segment_id is null
    where (${channelType}::text is null or channel.code = ${channelType}) and (${productCategory}::text is null or category.code = ${productCategory})
    order by channel.code collate "C", category.code collate "C", segments.code collate "C" limit ${mostCells + 1}`;
  if (cells.length > mostCells) {
    const message = `The grid has more than ${mostCells} cells: name a channel type or a product category.`;
    throw new UserError('INPUT_INVALID', message, 'channelType');
  }
  const count = (state: MatrixState) => cells.filter((cell) => cell.state === state).length;
  const listed = cells.length - count('NOT_LISTED');
  return {
    cellCount: cells.length,
    allowedCount: count('ALLOWED'),
    refusedCount: count('REFUSED'),
    notListedCount: count('NOT_LISTED'),
    coveredPercent:
      cells.length === 0 ? null : new Decimal(listed).times(100).div(cells.length).toDecimalPlaces(2).toFixed(),
    cells,
  };
}
