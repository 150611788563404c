import { describe, expect, it } from 'vitest';
import { choosePolicy, type OfferedPolicy } from '../../src/registrations/offeredPolicy.ts';
import { nextRegistrationState, registrationStates } from '../../src/registrations/registrationStates.ts';

const policy = (code: string, scope: { categories?: string[]; channelTypes?: string[] }): OfferedPolicy => ({
  code,
  versionId: 1,
  definition: {
    protectionDays: 1,
    extensionDays: 0,
    maximumExtensions: 0,
    mode: 'FIRST_COME',
    clash: 'QUEUE',
    ...scope,
  },
});

describe('choosePolicy', () => {
  const both = policy('BOTH', { categories: ['MOBILE'], channelTypes: ['ONLINE'] });
  const category = policy('CATEGORY', { categories: ['MOBILE', 'TV'], channelTypes: [] });
  const channel = policy('CHANNEL', { categories: [], channelTypes: ['ONLINE'] });
  const all = policy('ALL', {});
  const chosen = (policies: OfferedPolicy[], of: string | null, channelType: string) =>
    choosePolicy(policies, { category: of, channelType })?.code;

  it('takes the category before the channel type before any, then the first by code', () => {
    const policies = [all, channel, category, both];
    expect(chosen(policies, 'MOBILE', 'ONLINE')).toBe('BOTH');
    expect(chosen(policies, 'MOBILE', 'AGENT')).toBe('CATEGORY');
    expect(chosen(policies, 'BROADBAND', 'ONLINE')).toBe('CHANNEL');
    expect(chosen(policies, 'BROADBAND', 'AGENT')).toBe('ALL');
    expect(chosen([policy('Z', {}), policy('A', {})], null, 'AGENT')).toBe('A');
  });

  it('offers a registration of anything only where no category is named', () => {
    expect(chosen([all, category], null, 'AGENT')).toBe('ALL');
    expect(chosen([category, both], null, 'AGENT')).toBeUndefined();
    expect(chosen([both], 'MOBILE', 'AGENT')).toBeUndefined();
  });
});

describe('nextRegistrationState', () => {
  it('leads nowhere from where a deal has ended, but to what was won', () => {
    const actions = ['protect', 'refuse', 'extend', 'win', 'lose', 'withdraw'] as const;
    const leaps = registrationStates.map(
      (state) => `${state}: ${actions.filter((action) => nextRegistrationState(action, state)).join(' ')}`,
    );
    expect(leaps).toEqual([
      'PENDING: protect refuse withdraw',
      'QUEUED: withdraw',
      'PROTECTED: extend win lose withdraw',
      'WON: ',
      'LOST: ',
      'EXPIRED: win',
      'REFUSED: ',
      'WITHDRAWN: ',
    ]);
  });
});
