import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { ConflictBooks, type Share } from '../support/conflictBooks.ts';

// Whatever happens to the cases of three events, in whatever order, the events are credited as DOMAIN.md §8 says of the state that is reached:
// worked out here case by case.

let books: ConflictBooks;

beforeAll(async () => {
  books = new ConflictBooks(await testDatabase());
  await books.open();
  await books.addRuleVersions();
});

const sellers = ['A1', 'A2', 'A3'] as const;
const split: readonly Share[] = [
  ['A1', '0.25'],
  ['A4', '0.75'],
];
const byRule: readonly Share[] = [
  ['A2', '0.4', 'LEAD'],
  ['A3', '0.6', 'SALE'],
];

type Decided = {
  readonly credits: 'KEEP' | 'AWARD' | 'SPLIT' | 'VOID';
  readonly keptsHit: boolean;
  readonly order: number;
};
type Known = {
  readonly id: number;
  readonly effect: 'FLAG' | 'HOLD' | 'REJECT';
  readonly hit: number;
  readonly claim: number;
  open: boolean;
  gone: boolean;
  decided?: Decided | undefined;
};

const text = (shares: readonly Share[]) =>
  shares.map(([agent, share, role = 'SELLER']) => `${agent} ${role} ${share}`).join(', ');

/** How the event is credited, by what is known of all cases. */
function expected(event: number, cases: readonly Known[], withRule: boolean): string {
  const about = cases.filter(({ open, decided, hit, claim }) => {
    if (open || !decided || decided.credits === 'KEEP') return false;
    return hit === event || (claim === event && decided.credits !== 'VOID');
  });
  const last = about.sort((one, other) => (other.decided?.order ?? 0) - (one.decided?.order ?? 0))[0];
  const kept = last?.decided?.credits === 'VOID' ? undefined : last?.decided?.keptsHit ? last.hit : last?.claim;
  if (last && kept !== event) return `REJECTED ${last.id}`;
  const waiting = cases.filter((each) => each.open && !each.gone && each.hit === event);
  const rejecting = waiting.find(({ effect }) => effect === 'REJECT');
  if (rejecting) return `REJECTED ${rejecting.id}`;
  const holding = waiting.find(({ effect }) => effect === 'HOLD');
  const shares = last ? (last.decided?.credits === 'SPLIT' ? split : ([['A2', '1']] as const)) : withRule ? byRule : [];
  const words = [holding ? `HELD ${holding.id}` : last && `${last.id}`, shares.length > 0 ? text(shares) : undefined];
  return words.filter((word) => word !== undefined).join(' ') || 'as it came';
}

const which = fc.nat({ max: 2 });
const step = fc.oneof(
  fc.record({
    kind: fc.constant('open' as const),
    hit: which,
    claim: which,
    effect: fc.constantFrom('FLAG' as const, 'HOLD' as const, 'REJECT' as const),
  }),
  fc.record({
    kind: fc.constant('decide' as const),
    of: fc.nat(),
    credits: fc.constantFrom('KEEP' as const, 'AWARD' as const, 'SPLIT' as const, 'VOID' as const),
    keptsHit: fc.boolean(),
  }),
  fc.record({
    kind: fc.constantFrom('reopen' as const, 'close' as const, 'gone' as const, 'back' as const),
    of: fc.nat(),
  }),
  fc.record({ kind: fc.constant('rule' as const), event: which }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

class World {
  readonly events: readonly number[];
  readonly cases: Known[] = [];
  readonly withRule = new Set<number>();
  private order = 0;

  constructor(events: readonly number[]) {
    this.events = events;
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'open') return this.open(step.hit, step.claim, step.effect);
    if (step.kind === 'rule') return this.toggleRule(this.events[step.event] ?? 0);
    const found = this.cases[step.of % Math.max(1, this.cases.length)];
    if (!found) return;
    if (step.kind === 'decide') await this.decide(found, step.credits, step.keptsHit);
    else if (step.kind === 'gone' || step.kind === 'back') await this.move(found, step.kind === 'gone');
    else if (step.kind === 'reopen' && !found.open) {
      await books.moveCase(found.id, 'OPEN');
      Object.assign(found, { open: true, decided: undefined });
    } else if (step.kind === 'close' && found.decided) await books.moveCase(found.id, 'CLOSED');
  }

  private async open(hit: number, claim: number, effect: Known['effect']): Promise<void> {
    if (hit === claim || this.cases.length === 4) return;
    const [event = 0, claimed = 0] = [this.events[hit], this.events[claim]];
    const id = await books.openCase(event, sellers[hit] ?? 'A1', {
      effect,
      claims: [[sellers[claim] ?? 'A1', claimed]],
    });
    this.cases.push({ id, effect, hit: event, claim: claimed, open: true, gone: false });
  }

  private async decide(found: Known, credits: Decided['credits'], keptsHit: boolean): Promise<void> {
    if (!found.open) return;
    const divides = credits === 'AWARD' || credits === 'SPLIT';
    const shares = credits === 'SPLIT' ? split : ([['A2', '1']] as const);
    await books.decide(found.id, divides ? { credits, kept: keptsHit ? found.hit : found.claim, shares } : { credits });
    this.order += 1;
    Object.assign(found, { open: false, decided: { credits, keptsHit, order: this.order } });
  }

  private async move(found: Known, gone: boolean): Promise<void> {
    await books.sql`update conflict_hit set gone_at = ${gone ? '2026-11-20T00:00:00Z' : null} where case_id = ${found.id}`;
    found.gone = gone;
  }

  private async toggleRule(event: number): Promise<void> {
    if (!this.withRule.delete(event)) {
      await books.addRuleCredits(event, byRule);
      this.withRule.add(event);
    } else await books.sql`delete from rule_credit where event_id = ${event}`;
  }
}

it('as the state says, after every step', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 16 }), async (steps) => {
      const world = new World(await Promise.all(sellers.map((seller) => books.event(seller))));
      // Three cases from the start, so that most steps have something to act on.
      for (const [hit, claim] of [
        [0, 1],
        [0, 2],
        [1, 0],
      ] as const)
        await world.take({ kind: 'open', hit, claim, effect: 'HOLD' });
      for (const one of steps) {
        await world.take(one);
        for (const event of world.events) {
          const wanted = expected(event, world.cases, world.withRule.has(event));
          expect(await books.crediting(event)).toBe(wanted);
        }
      }
      // Everything taken back leaves every event as it came.
      for (const found of world.cases) await world.take({ kind: 'reopen', of: world.cases.indexOf(found) });
      for (const found of world.cases) await world.take({ kind: 'gone', of: world.cases.indexOf(found) });
      for (const event of [...world.withRule]) await world.take({ kind: 'rule', event: world.events.indexOf(event) });
      for (const event of world.events) expect(await books.crediting(event)).toBe('as it came');
    }),
    { numRuns: 20 },
  );
});
