import { type Draw, decimal } from './draw.ts';
import type { Setting } from './generateProgramme.ts';
import type { Conflict, ConflictDecision, Credit, SalesEvent } from './historyModel.ts';

/** Types that can be sales at all: a conflict is never about what undoes, moves or pays one. */
const ACCUSABLE = ['ACTIVATION', 'BILL', 'RECHARGE', 'RENEWAL', 'DEVICE_SALE', 'REACTIVATION'];
const RULES = [
  { rule: 'HOLDS', effect: 'HOLD' },
  { rule: 'HOLDS', effect: 'HOLD' },
  { rule: 'REJECTS', effect: 'REJECT' },
  { rule: 'FLAGS', effect: 'FLAG' },
] as const;

const keyOf = ({ source, externalId }: SalesEvent) => `${source}:${externalId}`;
const nameOf = ({ rule, event }: Conflict) => `${rule} ${event}`;

/** Shares of two or three agents and roles, with up to four decimals, that total exactly 1. */
function drawSplit(draw: Draw, setting: Setting): Credit[] {
  const agents = draw.some(setting.agents, 1).slice(0, 2);
  const [first = '', second = first] = agents;
  const roleOfSecond = second === first ? 'HELPER' : draw.one(['SELLER', 'HELPER']);
  if (draw.chance(40)) {
    return [
      { agent: first, role: 'SELLER', share: '0.3333' },
      { agent: second, role: roleOfSecond, share: '0.3333' },
      { agent: draw.one(setting.agents), role: 'FINDER', share: '0.3334' },
    ];
  }
  const part = draw.integer(1, 9999);
  return [
    { agent: first, role: 'SELLER', share: decimal(part, 4) },
    { agent: second, role: roleOfSecond, share: decimal(10_000 - part, 4) },
  ];
}

function drawDecision(draw: Draw, setting: Setting, { event, others = [] }: Conflict): ConflictDecision {
  const credits = draw.one(['KEEP', 'AWARD', 'AWARD', 'SPLIT', 'SPLIT', 'VOID'] as const);
  const punished = draw.chance(25) ? draw.some(setting.agents, 1).slice(0, 2) : [];
  const deductions = punished.map((agent) => {
    return { agent, amount: decimal(draw.integer(1, 5000), setting.digits), currency: setting.currency };
  });
  const winner = { agent: draw.one(setting.agents), role: draw.one(['SELLER', 'SELLER', 'WINNER']), share: '1' };
  const shares = credits === 'AWARD' ? [winner] : drawSplit(draw, setting);
  const keeps = draw.one([event, event, ...others]);
  const divides = credits === 'AWARD' || credits === 'SPLIT';
  return { credits, ...(divides && { keeps, shares }), ...(deductions.length > 0 && { deductions }) };
}

/** What a conflict may become next: decided (again), open again, or gone while it is open. */
function drawNext(draw: Draw, setting: Setting, known: Conflict): Conflict {
  const { decision, isGone, ...open } = known;
  if (isGone || (decision && draw.chance(30))) return open;
  if (!decision && draw.chance(25)) return { ...open, isGone: true };
  return { ...open, decision: drawDecision(draw, setting, open) };
}

function drawNew(draw: Draw, events: readonly SalesEvent[]): Conflict {
  const accused = draw.one(events);
  const others = events.filter((each) => each.agent !== accused.agent && draw.chance(10)).slice(0, 2);
  return { ...draw.one(RULES), event: keyOf(accused), ...(others.length > 0 && { others: others.map(keyOf) }) };
}

/** What is stated of conflicts in each step, about events that have arrived by then. */
export function drawConflicts(
  draw: Draw,
  setting: Setting,
  arrivals: readonly (readonly SalesEvent[])[],
): Conflict[][] {
  const known = new Map<string, Conflict>();
  return arrivals.map((_, step) => {
    const events = arrivals
      .slice(0, step + 1)
      .flat()
      .filter(({ type }) => ACCUSABLE.includes(type));
    if (events.length === 0) return [];
    const again = [...known.values()].filter(() => draw.chance(40)).map((each) => drawNext(draw, setting, each));
    const found = Array.from({ length: draw.integer(3, 14) }, () => drawNew(draw, events));
    const fresh = [...new Map(found.map((each) => [nameOf(each), each])).values()]
      .filter((each) => !known.has(nameOf(each)))
      .map((each) => (draw.chance(40) ? drawNext(draw, setting, each) : each));
    const stated = [...again, ...fresh];
    const second = stated.filter(() => draw.chance(15)).map((each) => drawNext(draw, setting, each));
    for (const each of [...stated, ...second]) known.set(nameOf(each), each);
    return [...stated, ...second];
  });
}

/** Without the conflicts about events that are not there. */
export function amongEvents(conflicts: readonly Conflict[], events: readonly SalesEvent[]): Conflict[] {
  const present = new Set(events.map(keyOf));
  return conflicts.filter(({ event, others = [] }) => [event, ...others].every((key) => present.has(key)));
}
