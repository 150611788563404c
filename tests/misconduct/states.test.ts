import { describe, expect, it } from 'vitest';
import { hashReceipt, newReceipt } from '../../src/misconduct/receipts.ts';
import { type MisconductState, statesBefore } from '../../src/misconduct/states.ts';

describe('states', () => {
  it('follow one another so and not otherwise', () => {
    const before: Record<MisconductState, readonly MisconductState[]> = {
      FILED: [],
      IN_REVIEW: ['FILED', 'SETTLED', 'DISMISSED'],
      SETTLED: ['IN_REVIEW'],
      DISMISSED: ['FILED', 'IN_REVIEW'],
    };
    for (const [state, expected] of Object.entries(before)) {
      expect(statesBefore(state as MisconductState), state).toEqual(expected);
    }
  });
});

describe('a receipt', () => {
  it('is 24 characters that cannot be mistaken for one another, in groups of four', () => {
    const receipts = Array.from({ length: 200 }, newReceipt);
    for (const receipt of receipts) expect(receipt).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(receipts).size).toBe(200);
  });

  it('is understood however it was typed, and no other for it', () => {
    const hash = hashReceipt('0A1B-CD2E-FG3H-JK4M-NP5Q-RS6T');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    for (const typed of [
      '0a1bcd2efg3hjk4mnp5qrs6t',
      ' OAIB CD2E FG3H JK4M NP5Q RS6T ',
      'oalb-cd2e-fg3h-jk4m-np5q-rs6t',
    ]) {
      expect(hashReceipt(typed), typed).toBe(hash);
    }
    expect(hashReceipt('0A1B-CD2E-FG3H-JK4M-NP5Q-RS6S')).not.toBe(hash);
  });
});
