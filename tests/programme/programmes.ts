import type { Databases } from '../../src/db/client.ts';
import { localActor } from '../../src/db/transaction.ts';
import { type UserError, UserErrors } from '../../src/errors.ts';
import { applyProgramme, type ProgrammeChange } from '../../src/programme/apply.ts';
import { readProgramme } from '../../src/programme/read.ts';

export const now = new Date('2026-11-05T02:00:00Z');

/** A whole small programme: two regions, two tiers, one plan, one pool, a master agent and one below it. */
export const smallProgramme = `
operator: { code: DEMO, name: Demo Telecom, timeZone: Asia/Shanghai, currency: CNY }
regions:
  - { code: NORTH, name: North, parent: ALL }
  - { code: ALL, name: All }
channelTypes: [{ code: AGENT, name: Agent }]
productCategories: [{ code: BROADBAND, name: Broadband }]
products:
  - { code: FIBER, name: Fibre, category: BROADBAND }
  - { code: VOICE, name: Voice }
segments: [{ code: PUBLIC, name: Public }]
campaigns: [{ code: SPRING, name: Spring, startsOn: 2026-03-01, endsOn: 2026-06-01 }]
tiers:
  - { code: T1, name: One, rank: 1, multiplier: 1 }
  - { code: T2, name: Two, rank: 2, multiplier: 1.10 }
plans:
  - code: P
    name: Plan
    versions:
      - from: 2026-01-01
        currency: CNY
        components:
          - code: ACT
            name: Activation
            kind: RATE
            events: [ACTIVATION, RENEWAL]
            multiplyBy: [TIER]
            rules:
              - { product: FIBER, flat: 100 }
              - { category: BROADBAND, percent: 3.25, minimum: 1, maximum: 9.90 }
pools:
  - code: POOL
    name: Pool
    versions:
      - from: 2026-01-01
        currency: CNY
        fund: { percent: 0.8, events: [BILL] }
        weight: [{ factor: UNITS, events: [ACTIVATION] }, { factor: TIER_MULTIPLIER }]
        remainder: CARRY_OVER
agents:
  - { code: M, name: Master, channelType: AGENT, since: 2026-01-01, region: NORTH, tier: T1, agreements: [{ plan: P, from: 2026-01-01 }] }
  - code: S
    name: Sub
    channelType: AGENT
    since: 2026-01-01
    region: NORTH
    tier:
      - { tier: T1, from: 2026-01-01 }
      - { tier: T2, from: 2026-07-01 }
    parent: M
`;

/** Applies a programme file's text in a transaction of its own. */
export async function apply(databases: Databases, text: string, actor = 'tester'): Promise<ProgrammeChange[]> {
  const programme = readProgramme(text);
  const { changes } = await databases.owner.transaction((transaction) =>
    applyProgramme(transaction, localActor(actor), now, programme),
  );
  return changes;
}

/** The faults with which something is refused, as `CODE at: message`. */
export async function faultsOf(work: () => unknown): Promise<string[]> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    return error.errors.map((fault: UserError) => `${fault.code} ${fault.at}: ${fault.message}`);
  }
  throw new Error('it was not refused');
}

/** The line, from 1, in which a text first holds a fragment. */
export function lineOf(text: string, fragment: string): number {
  const offset = text.indexOf(fragment);
  if (offset < 0) throw new Error(`the text does not hold ${fragment}`);
  return text.slice(0, offset).split('\n').length;
}
