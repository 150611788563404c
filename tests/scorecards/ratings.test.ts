import { asc, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditRecord } from '../../src/audit/tables.ts';
import { hashToken } from '../../src/auth/tokens.ts';
import type { Databases } from '../../src/db/client.ts';
import { asRequest, type Role } from '../../src/db/transaction.ts';
import { findRatingForm, giveRating, ratingsToGive } from '../../src/scorecards/ratingAnswers.ts';
import { inviteRaters, withdrawRater } from '../../src/scorecards/ratingInvitations.ts';
import { ratingInvitation } from '../../src/scorecards/tables.ts';
import { testDatabase } from '../database.ts';
import { now } from '../sales/fixture.ts';
import { asRole } from '../training/fixture.ts';
import { ben, closed, fault, form, openAccount, places, rater, setUpRatings } from './ratingFixture.ts';

let databases: Databases;
let world: Awaited<ReturnType<typeof setUpRatings>>;
beforeAll(async () => {
  databases = await testDatabase();
  world = await setUpRatings(databases);
});

describe('saveRatingRound', () => {
  it('declares, leaves alone and changes, until somebody was invited', async () => {
    expect(await world.save(form('LIFE'))).toBe('created');
    expect(await world.save(form('LIFE'))).toBe('unchanged');
    expect(await world.save(form('LIFE', { name: 'And now?' }))).toBe('changed');
    await world.invite('LIFE', [rater('A001', 'PEER', 'anna')]);
    expect(await world.save(form('LIFE', { name: 'And now?' }))).toBe('unchanged');
    expect(await fault(world.save(form('LIFE')))).toMatchObject({ code: 'RATING_FIXED' });
    const records = await databases.owner
      .select({ action: auditRecord.action })
      .from(auditRecord)
      .where(eq(auditRecord.entityKey, 'LIFE'))
      .orderBy(asc(auditRecord.id));
    expect(records.map(({ action }) => action.split('.')[1])).toEqual(['created', 'changed', 'invited']);
  });

  it('keeps one round of an aspect and month, and names every fault', async () => {
    await world.save(form('ONE', { aspect: 'TWICE' }));
    expect(await fault(world.save(form('TWO', { aspect: 'TWICE' })))).toMatchObject({ code: 'RATING_ASPECT_TAKEN' });
    expect(await world.save(form('TWO', { aspect: 'TWICE', period: '2026-11' }))).toBe('created');
    const wrong = form('B', { aspect: 'x'.repeat(58), period: '2026-Q4', closesOn: '2026-13-01' });
    expect(await places(world.save(wrong))).toEqual(expect.arrayContaining(['round.period', 'round.closesOn']));
    expect(await places(world.save(form('B', { closesOn: '2026-11-01' })))).toEqual(['round.closesOn']);
    expect(await places(world.save(form('B', { aspect: 'x'.repeat(58) })))).toEqual(['round.aspect']);
  });
});

describe('inviteRaters', () => {
  it('gives each rater one token, of which only the hash is kept', async () => {
    await world.save(form('ASK'));
    const first = await world.invite('ASK', [rater('A001', 'PEER', 'anna'), rater('A002', 'MANAGER', 'anna')]);
    expect(first).toMatchObject({ knownCount: 0, rejections: [] });
    const again = await world.invite('ASK', [
      rater('A001', 'MANAGER', 'ANNA'),
      { agentCode: 'A001', group: 'PEER', rater: ' Carl@raters.example ' },
    ]);
    expect(again).toMatchObject({ knownCount: 1, invitations: [{ group: 'PEER', rater: 'carl@raters.example' }] });
    const tokens = [...first.invitations, ...again.invitations].map(({ token }) => token);
    const rows = await databases.owner.select().from(ratingInvitation);
    expect(rows.map(({ tokenHash }) => tokenHash)).toEqual(expect.arrayContaining(tokens.map(hashToken)));
    const stored = JSON.stringify([rows, await databases.owner.select().from(auditRecord)]);
    expect(tokens).toHaveLength(3);
    for (const token of tokens) expect(stored).not.toContain(token);
  });

  it('reports rows at fault, an account of the rated agent among them, and lands the others', async () => {
    await world.save(form('ROWS'));
    const { invitations, rejections } = await world.invite('ROWS', [
      rater('A999', 'PEER', 'anna'),
      { agentCode: ' ', group: 'FRIEND', rater: 'anna' },
      { agentCode: 'A001', group: 'PEER', rater: 'BEN@demo.example' },
      { agentCode: 'A002', group: 'PEER', rater: ben },
      { agentCode: 'A002', group: 'MANAGER', rater: ben },
    ]);
    expect(invitations.map(({ agentCode, rater: name }) => [agentCode, name])).toEqual([['A002', ben]]);
    expect(rejections.map(({ row, column, code }) => [row, column, code])).toEqual([
      [1, 'agent_code', 'AGENT_UNKNOWN'],
      [2, 'agent_code', 'VALUE_MISSING'],
      [2, 'group', 'VALUE_INVALID'],
      [2, 'rater', 'VALUE_INVALID'],
      [3, 'rater', 'RATER_IS_RATED'],
      [5, null, 'CODE_DUPLICATE'],
    ]);
    expect(await fault(world.invite('ROWS', [], closed))).toMatchObject({ code: 'RATING_CLOSED' });
    expect(await fault(world.invite('NONE', []))).toMatchObject({ code: 'NOT_FOUND' });
    const many = Array.from({ length: 1001 }, () => rater('A001', 'PEER', 'anna'));
    expect(await fault(world.invite('ROWS', many))).toMatchObject({ code: 'BATCH_TOO_LARGE' });
  });

  it('is for who manages the agent; so is taking an invitation back, until it is answered', async () => {
    await world.save(form('REGION'));
    // A004 is in another region; A005 is in none yet: a manager may place it, but not have it rated.
    const raters = ['A001', 'A002', 'A004', 'A005'].map((code) => rater(code, 'PEER', 'anna'));
    const invited = await asRole(databases, 'CHANNEL_MANAGER', (transaction, user) =>
      inviteRaters(transaction, new Map(), user, now, 'REGION', raters),
    );
    expect(invited.rejections.map(({ row, code }) => [row, code])).toEqual([
      [3, 'AGENT_UNKNOWN'],
      [4, 'AGENT_UNKNOWN'],
    ]);
    await world.invite('REGION', [rater('A004', 'PEER', 'anna')]);
    await world.answer(invited.invitations[1]?.token ?? '', { points: '1' });
    const withdraw = (role: Role, agentCode: string) =>
      asRole(databases, role, (transaction, user) =>
        withdrawRater(transaction, user, now, { roundCode: 'REGION', agentCode, rater: 'Anna@raters.example' }),
      );
    expect(await fault(withdraw('CHANNEL_MANAGER', 'A004'))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await fault(withdraw('CHANNEL_MANAGER', 'A002'))).toMatchObject({ code: 'RATING_ANSWERED' });
    await withdraw('CHANNEL_MANAGER', 'A001');
    const token = invited.invitations[0]?.token ?? '';
    expect(await fault(world.answer(token, { points: '1' }))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('answerRating', () => {
  it('is done once, also by two at once', async () => {
    await world.save(form('ONCE'));
    const [made] = (await world.invite('ONCE', [rater('A001', 'PEER', 'anna')])).invitations;
    const token = made?.token ?? '';
    const shown = await world.owner((transaction) => findRatingForm(transaction, token));
    expect(shown).toMatchObject({ roundName: 'How do they work?', agentName: 'A001', answered: false });
    const tries = await Promise.allSettled([
      world.answer(token, { points: '80' }),
      world.answer(token, { points: '20' }),
    ]);
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'RATING_ANSWERED' } });
    expect((await world.owner((transaction) => findRatingForm(transaction, token)))?.answered).toBe(true);
    expect(await world.owner((transaction) => findRatingForm(transaction, 'rat_guess'))).toBeNull();
  });

  it('is possible from the first local day until the day it closes', async () => {
    await world.save(form('DAYS'));
    const names = ['early', 'first', 'last', 'late'];
    const { invitations } = await world.invite(
      'DAYS',
      names.map((name) => rater('A001', 'PEER', name)),
    );
    const [early = '', first = '', last = '', late = ''] = invitations.map(({ token }) => token);
    const rating = { points: '50' };
    // Midnight in Shanghai is 16:00 UTC of the day before.
    expect(await fault(world.answer(early, rating, new Date('2026-10-31T15:59:59Z')))).toMatchObject({
      code: 'RATING_CLOSED',
    });
    expect(await fault(world.answer(first, rating, new Date('2026-10-31T16:00:00Z')))).toBeUndefined();
    expect(await fault(world.answer(last, rating, new Date('2026-11-15T15:59:59Z')))).toBeUndefined();
    expect(await fault(world.answer(late, rating, closed))).toMatchObject({ code: 'RATING_CLOSED' });
  });

  it.each([
    ['100.01', undefined, ['points']],
    ['-1', undefined, ['points']],
    ['1e1', 'x'.repeat(2001), ['points', 'comment']],
    ['', 'a\u0000b', ['points', 'comment']],
  ])('refuses %j', async (points, comment, at) => {
    const code = `BAD${points.length}`;
    await world.save(form(code));
    const [made] = (await world.invite(code, [rater('A001', 'PEER', 'anna')])).invitations;
    expect(await places(world.answer(made?.token ?? '', { points, comment }))).toEqual(at);
    expect((await world.owner((transaction) => findRatingForm(transaction, made?.token ?? '')))?.answered).toBe(false);
  });

  it('leaves no record of who said it, nor what', async () => {
    await world.rated('SECRET', 'A001', [['PEER', '12.345', 'unheard of']]);
    const records = await databases.owner.select().from(auditRecord).where(eq(auditRecord.entityKey, 'SECRET'));
    const [answered] = records.filter(({ action }) => action === 'rating_round.answered');
    expect(answered).toMatchObject({ actor: 'rater', before: null, after: null, requestId: null });
    expect(JSON.stringify(records)).not.toMatch(/12\.345(?!Z)|unheard|guest/);
  });
});

describe('giveRating', () => {
  it('is for the account with the e-mail address that was invited', async () => {
    await world.save(form('MINE'));
    await world.invite('MINE', [
      { agentCode: 'A002', group: 'PEER', rater: 'Ben@Demo.example' },
      rater('A003', 'PEER', 'anna'),
    ]);
    const me = world.ben;
    const toGive = (today: string) =>
      asRequest(databases.request, me, today, (transaction) => ratingsToGive(transaction, today));
    const mine = { roundCode: 'MINE', agentCode: 'A002', group: 'PEER', closesOn: '2026-11-16' };
    expect((await toGive('2026-11-15')).filter(({ roundCode }) => roundCode === 'MINE')).toEqual([
      expect.objectContaining(mine),
    ]);
    expect(await toGive('2026-11-16')).toEqual([]);
    const give = (agentCode: string, points = '90') =>
      world.owner((transaction) => giveRating(transaction, me, now, { roundCode: 'MINE', agentCode, points }));
    expect(await fault(give('A003'))).toMatchObject({ code: 'NOT_FOUND' });
    const other = { ...me, user: { ...me.user, id: me.user.id + 1000 } };
    const stolen = world.owner((transaction) =>
      giveRating(transaction, other, now, { roundCode: 'MINE', agentCode: 'A002', points: '1' }),
    );
    expect(await fault(stolen)).toMatchObject({ code: 'NOT_FOUND' });
    await give('A002');
    expect(await fault(give('A002'))).toMatchObject({ code: 'RATING_ANSWERED' });
    expect((await toGive('2026-11-15')).filter(({ roundCode }) => roundCode === 'MINE')).toEqual([]);
    const records = await databases.owner.select().from(auditRecord).where(eq(auditRecord.actor, ben));
    expect(records).toEqual([]);
  });

  it('does not let an account rate its own agent that was opened after the invitation', async () => {
    await world.save(form('SELF'));
    await world.invite('SELF', [rater('A003', 'PEER', 'dora')]);
    const dora = await openAccount(databases, 'dora@raters.example', 'A003');
    const rating = { roundCode: 'SELF', agentCode: 'A003', points: '100' };
    const given = world.owner((transaction) => giveRating(transaction, dora, now, rating));
    expect(await fault(given)).toMatchObject({ code: 'RATER_IS_RATED' });
  });
});
