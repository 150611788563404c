// Statements that add rows about conflicts as their owner, for tests of what the database itself sees to.

export const rowsAt = "'2026-11-02T00:00:00Z'";

/** An event of an agent; no import stands behind it. */
export const eventStatement = (
  externalId: string,
  agentId: number | undefined,
  productId: number | undefined,
  rest: { type?: string; period?: string; subscription?: string; regionId?: number | undefined } = {},
): string => {
  const { type = 'ACTIVATION', period = '2026-11', subscription, regionId } = rest;
  return `insert into sales_event (source, external_id, type, occurred_at, period, agent_id, product_id, quantity, amount, currency, region_id, subscription_id, content_hash, import_id)
    values ('CRM', '${externalId}', '${type}', '${period}-02T04:00:00Z', '${period}', ${agentId}, ${productId}, 1, 100, 'CNY', ${regionId ?? null},
      ${subscription === undefined ? 'null' : `'${subscription}'`}, gen_random_uuid(), 1)`;
};

/** An open case of a rule; found by nothing yet. */
export const caseStatement = (
  ruleId: number | undefined,
  rest: { effect?: string; regionId?: number | undefined; period?: string } = {},
): string => {
  const { effect = 'HOLD', regionId, period = '2026-11' } = rest;
  return `insert into conflict_case (rule_id, kind, effect, region_id, period, occurred_on, state, opened_at, due_at, appeal_days)
    values (${ruleId}, 'DUPLICATE', '${effect}', ${regionId ?? null}, '${period}', '${period}-02', 'OPEN', ${rowsAt}, '2026-11-12T00:00:00Z', 5)`;
};

export const hitStatement = (
  caseId: number | undefined,
  rule: { readonly id: number | undefined; readonly versionId: number | undefined },
  eventId: number | undefined,
  agentId: number | undefined,
): string =>
  `insert into conflict_hit (case_id, rule_id, rule_version_id, event_id, agent_id, facts, facts_hash, found_at)
    values (${caseId}, ${rule.id}, ${rule.versionId}, ${eventId}, ${agentId}, '{"findings": []}', 'h', ${rowsAt})`;

export const partyStatement = (
  caseId: number | undefined,
  agentId: number | undefined,
  side: 'ACCUSED' | 'CLAIMANT',
  eventId?: number,
): string =>
  `insert into conflict_party (case_id, agent_id, side, event_id, facts) values (${caseId}, ${agentId}, '${side}', ${eventId ?? null}, '{"tests": []}')`;

export const decisionColumns =
  'case_id, number, credits, kept_event_id, reason, decided_by, decided_at, by_committee, on_appeal';

/** A decision that leaves the credits as they came. */
export const keepStatement = (caseId: number | undefined, number: number): string =>
  `insert into conflict_decision (${decisionColumns}) values (${caseId}, ${number}, 'KEEP', null, 'r', 'asking@example.com', ${rowsAt}, false, false)`;

/** A version of a definition, of the table `owner`_version. */
export const versionStatement = (
  table: string,
  owner: string,
  ownerId: number | undefined,
  number: number,
  day: string,
): string =>
  `insert into ${table} (${owner}, number, valid_from, definition, published_by, published_at) values (${ownerId}, ${number}, ${day}, '{}', 'x', ${rowsAt})`;
