import { describe, expect, it } from 'vitest';
import { noticeText } from '../../src/notices/noticeText.ts';
import { noticeKind } from '../../src/notices/tables.ts';

const details = {
  SCORE_PUBLISHED: { period: '2026-10', total: '87.50' },
  SCORE_APPEAL_DECIDED: { period: '2026-10', decision: 'ACCEPTED', before: '87.50', after: '90.00' },
  RATING_COMMENT_RELEASED: { round: 'Service' },
  TIER_CHANGED: { scheme: 'STARS', period: '2026-10', from: 'STAR_3', to: 'STAR_4', on: '2026-11-01' },
  TIER_MISSED: { scheme: 'STARS', period: '2026-10', tier: 'STAR_4', misses: '1', grace: '2' },
  TIER_OVERRIDE: { tier: 'STAR_5', from: '2026-11-01', to: '2027-01-01', reason: 'flood' },
  AWARD_GRANTED: { award: 'Best shop', period: '2026-10', place: '1' },
  CONFLICT_OPENED: { case: 'C-7', rule: 'Territories', due: '2026-11-09' },
  CONFLICT_DECIDED: { case: 'C-7', appealUntil: '2026-11-19' },
  CONFLICT_CLOSED: { case: 'C-7' },
  REGISTRATION_DECIDED: { registration: 'D-3', state: 'PROTECTED' },
  REGISTRATION_EXPIRING: { registration: 'D-3', until: '2026-12-01' },
  REGISTRATION_EXPIRED: { registration: 'D-3' },
  DISPUTE_FILED: { dispute: 'DP-3', due: '2026-12-20' },
  DISPUTE_ANSWERED: { dispute: 'DP-3' },
  DISPUTE_DECIDED: {
    dispute: 'DP-3',
    state: 'ACCEPTED',
    effect: 'ADJUSTMENT',
    amount: '12.34',
    currency: 'CNY',
    decision: 'yes',
  },
  DISPUTE_OVERDUE: { dispute: 'DP-3' },
  STATEMENT_ISSUED: {
    number: 'S-2026-10-A1-CNY',
    period: '2026-10',
    gross: '1060.00',
    currency: 'CNY',
    confirmsOn: '2026-12-12',
  },
};

describe('noticeText', () => {
  it.each(noticeKind.enumValues)('says all of %s in both languages', (kind) => {
    const { textEn, textZh } = noticeText(kind, details[kind]);
    for (const [name, value] of Object.entries(details[kind])) {
      if (name === 'decision' || name === 'state' || name === 'effect') continue;
      expect(textEn).toContain(value);
      expect(textZh).toContain(value);
    }
    expect(textZh).toMatch(/\p{Script=Han}/u);
    expect(textEn).not.toContain('—');
    expect(textZh).not.toContain('—');
  });

  it('says what a decision was, and whether it changed the score', () => {
    const kept = { ...details.SCORE_APPEAL_DECIDED, decision: 'REJECTED', after: '87.50' };
    expect(noticeText('SCORE_APPEAL_DECIDED', kept)).toEqual({
      textEn: 'Your appeal about the score of 2026-10 was rejected; the score stays 87.50.',
      textZh: '您对2026-10考核得分的申诉已驳回；得分仍为87.50。',
    });
    expect(noticeText('SCORE_APPEAL_DECIDED', details.SCORE_APPEAL_DECIDED).textEn).toBe(
      'Your appeal about the score of 2026-10 was accepted; the score was 87.50 and is now 90.00.',
    );
  });

  it('tells who had no tier only the one it has', () => {
    const { from: _, ...first } = details.TIER_CHANGED;
    expect(noticeText('TIER_CHANGED', first)).toEqual({
      textEn: 'From 2026-11-01 your tier is STAR_4 (STARS, 2026-10).',
      textZh: '自2026-11-01起，您的等级为STAR_4（STARS，2026-10）。',
    });
  });

  it('shows a dash for what is not there', () => {
    expect(noticeText('SCORE_PUBLISHED', { period: '2026-10' }).textEn).toBe('Your score of 2026-10 was published: —.');
    const blocked = { ...details.SCORE_APPEAL_DECIDED, before: '' };
    expect(noticeText('SCORE_APPEAL_DECIDED', blocked).textEn).toContain('the score was — and is now 90.00.');
  });
});
