import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Databases } from '../../src/db/client.ts';
import { testDatabase } from '../database.ts';
import { apply, faultsOf, smallProgramme } from './programmes.ts';

let databases: Databases;
beforeEach(async () => {
  databases = await testDatabase();
  await apply(databases, smallProgramme);
});

async function rows(query: string): Promise<Record<string, unknown>[]> {
  return [...(await databases.owner.execute<Record<string, unknown>>(sql.raw(query)))];
}

const named = (changes: readonly { action: string; entity: string; key: string }[]) =>
  changes.map(({ action, entity, key }) => `${action} ${entity} ${key}`);

const partners = `
screeningForms:
  - code: DEALER
    name: Dealers
    channelType: AGENT
    versions:
      - items: [{ code: MONEY, name: Money, weight: 60 }, { code: TEAM, name: Team, weight: 40.0 }]
        passMark: 70
        requiredDocuments: [LICENCE]
        dueDays: { SCREENING: 10 }
courses:
  - code: BASICS
    name: Basics
    validMonths: 24
    requirements:
      - { purpose: ONBOARDING, channelType: AGENT, from: 2026-01-01 }
      - { purpose: AUTHORISATION, productCategory: BROADBAND, from: 2026-01-01, to: 2028-01-01 }
  - { code: EXTRA, name: Extra }
agents:
  - { code: M, name: Master, channelType: AGENT, territories: [{ region: NORTH, exclusive: true, from: 2026-01-01 }] }
  - { code: S, name: Sub, channelType: AGENT, territories: [{ region: NORTH, from: 2026-01-01, to: 2027-01-01 }] }
channelCapacity:
  - { region: NORTH, channelType: AGENT, from: 2026-01-01, plannedAgents: 10 }
  - { region: NORTH, channelType: AGENT, from: 2027-01-01, plannedAgents: 12 }
surveys:
  - code: Q4
    name: Satisfaction
    questions: [{ code: OVERALL, text: How content are you?, scale: 5 }, { code: WHY, text: Why? }]
    period: 2026-Q4
    opensOn: 2026-12-01
    closesOn: 2027-01-01
`;

describe('the partner sections of a programme', () => {
  it('create what they declare, and nothing the second time', async () => {
    expect(named(await apply(databases, partners))).toEqual([
      'create screeningForm DEALER',
      'create screeningFormVersion DEALER@1',
      'create course BASICS',
      'create course EXTRA',
      'create territory M NORTH@2026-01-01',
      'create territory S NORTH@2026-01-01',
      'create channelCapacity NORTH AGENT@2026-01-01',
      'create channelCapacity NORTH AGENT@2027-01-01',
      'create survey Q4',
    ]);
    expect(await apply(databases, partners)).toEqual([]);
    expect(await rows('select number, definition, published_by from screening_form_version')).toEqual([
      {
        number: 1,
        published_by: 'tester',
        definition: {
          items: [
            { code: 'MONEY', name: 'Money', weight: '60' },
            { code: 'TEAM', name: 'Team', weight: '40' },
          ],
          passMark: '70',
          requiredDocuments: ['LICENCE'],
          coolingOffDays: 90,
          dueDays: { SCREENING: 10 },
        },
      },
    ]);
    expect(
      await rows(`
        select course.code, valid_months as months, purpose, channel.code as channel, category.code as category, valid_to::text as to
        from course left join course_requirement needed on needed.course_id = course.id
        left join channel_type channel on channel.id = needed.channel_type_id
        left join product_category category on category.id = needed.product_category_id order by course.code, purpose`),
    ).toEqual([
      { code: 'BASICS', months: 24, purpose: 'ONBOARDING', channel: 'AGENT', category: null, to: null },
      { code: 'BASICS', months: 24, purpose: 'AUTHORISATION', channel: null, category: 'BROADBAND', to: '2028-01-01' },
      { code: 'EXTRA', months: null, purpose: null, channel: null, category: null, to: null },
    ]);
    expect(
      await rows('select planned_agents as agents, valid_to::text as to from channel_capacity order by valid_from'),
    ).toEqual([
      { agents: 10, to: '2027-01-01' },
      { agents: 12, to: null },
    ]);
    expect(await rows("select action from audit_record where entity = 'screeningFormVersion'")).toEqual([
      { action: 'screeningFormVersion.published' },
    ]);
  });

  it('change what differs, publish further versions, and leave alone what they do not name', async () => {
    await apply(databases, partners);
    const changed = partners
      .replace(
        '        dueDays: { SCREENING: 10 }\n',
        (text) => `${text}      - { items: [{ code: ALL, name: All, weight: 100 }], passMark: 50 }\n`,
      )
      .replace('name: Dealers', 'name: All dealers')
      .replace('exclusive: true', 'exclusive: false')
      .replace('from: 2026-01-01, to: 2027-01-01 }] }', 'from: 2026-01-01 }] }')
      .replace('plannedAgents: 12', 'plannedAgents: 15')
      .replace('name: Satisfaction', 'name: Contentment')
      .replace(/ {4}validMonths: 24\n {4}requirements:\n.*\n.*\n/, '    validMonths: ~\n');
    const changes = await apply(databases, changed);
    expect(named(changes)).toEqual([
      'change screeningForm DEALER',
      'create screeningFormVersion DEALER@2',
      'change course BASICS',
      'change territory M NORTH@2026-01-01',
      'change channelCapacity NORTH AGENT@2027-01-01',
      'change survey Q4',
    ]);
    expect(await apply(databases, changed)).toEqual([]);
    // Requirements that the entry leaves out stay; so does the end of a right.
    expect(await rows('select purpose from course_requirement')).toHaveLength(2);
    expect(await rows('select valid_to::text as to, exclusive from territory order by valid_to nulls last')).toEqual([
      { to: '2027-01-01', exclusive: false },
      { to: null, exclusive: false },
    ]);
    // A file that lists one version only, or none, does not take the other away.
    expect(await apply(databases, 'screeningForms: [{ code: DEALER, name: All dealers, channelType: AGENT }]')).toEqual(
      [],
    );
    expect(named(await apply(databases, `courses: [{ code: BASICS, name: Basics, requirements: [] }]`))).toEqual([
      'change course BASICS',
    ]);
    expect(await rows('select purpose from course_requirement')).toEqual([]);
  });

  it('report all faults at once, each at its place', async () => {
    await apply(databases, partners);
    await databases.owner.execute(sql`
      insert into survey_invitation (survey_id, agent_id, recipient, token_hash, created_at)
      select survey.id, agent.id, 'r', 'h', now() from survey, agent where agent.code = 'M'`);
    expect(
      await faultsOf(() =>
        apply(
          databases,
          `
channelTypes: [{ code: STORE, name: Store }]
screeningForms:
  - code: DEALER
    name: Dealers
    channelType: STORE
    versions:
      - { items: [{ code: MONEY, name: Money, weight: 100 }], passMark: 70, requiredDocuments: [LICENCE], dueDays: { SCREENING: 10 } }
courses:
  - code: BASICS
    name: Basics
    requirements:
      - { purpose: ONBOARDING, channelType: NONE, from: 2026-01-01 }
      - { purpose: ONBOARDING, channelType: NONE, from: 2027-01-01 }
agents:
  - { code: X, name: Other, channelType: AGENT, territories: [{ region: ALL, from: 2026-05-01 }, { region: GONE, from: 2026-01-01 }] }
  - { code: S, name: Sub, channelType: AGENT, territories: [{ region: NORTH, from: 2026-06-01 }] }
channelCapacity:
  - { region: NORTH, channelType: AGENT, from: 2026-06-01, to: 2027-06-01, plannedAgents: 1 }
  - { region: ALL, channelType: NONE, from: 2026-06-01, plannedAgents: 1 }
surveys:
  - { code: Q4, name: Other, questions: [{ code: OVERALL, text: How content are you?, scale: 5 }], period: 2026-Q4, opensOn: 2026-12-01, closesOn: 2027-01-01 }
`,
        ),
      ),
    ).toEqual([
      'REFERENCE_UNKNOWN agents[X].territories[1].region (line 16): there is no region GONE',
      'REFERENCE_UNKNOWN courses[BASICS].requirements[0].channelType (line 13): there is no channel type NONE',
      'REFERENCE_UNKNOWN courses[BASICS].requirements[1].channelType (line 14): there is no channel type NONE',
      'REFERENCE_UNKNOWN channelCapacity[1].channelType (line 20): there is no channel type NONE',
      'PROGRAMME_INVALID screeningForms[DEALER].channelType (line 6): screening form DEALER is for channel type AGENT; give the new one a code of its own',
      'SCREENING_FORM_PUBLISHED screeningForms[DEALER].versions[0] (line 8): version 1 of screening form DEALER is published with other content: items[MONEY].weight is 60, the programme says 100; items[TEAM] is missing in the programme',
      'DATES_OVERLAP courses[BASICS].requirements[1] (line 14): course BASICS is required of the same twice on a day',
      'TERRITORY_EXCLUSIVE agents[X].territories[0] (line 16): Agent X cannot have region ALL from 2026-05-01: agent M has region NORTH exclusively from 2026-01-01.',
      'DATES_OVERLAP agents[S].territories[0] (line 17): Agent S has a right in region NORTH from 2026-01-01 to 2027-01-01 already.',
      'DATES_OVERLAP channelCapacity[0] (line 19): the figures of region NORTH and AGENT from 2026-01-01 and from 2026-06-01 overlap; let the earlier end on 2026-06-01',
      'DATES_OVERLAP channelCapacity[0] (line 19): the figures of region NORTH and AGENT from 2026-06-01 and from 2027-01-01 overlap; let the earlier end on 2027-01-01',
      'SURVEY_FIXED surveys[Q4] (line 22): somebody was invited to survey Q4 already, so it stays as it is: name is Satisfaction, the programme says Other; questions[WHY] is missing in the programme',
    ]);
  });

  it('refuse forms whose weights do not total exactly 100, and other entries that are wrong by themselves', async () => {
    expect(
      await faultsOf(() =>
        apply(
          databases,
          `
screeningForms:
  - code: DEALER
    name: Dealers
    channelType: AGENT
    versions: [{ items: [{ code: A, name: A, weight: 50 }, { code: B, name: B, weight: 49.99 }], passMark: 70 }]
channelCapacity: [{ region: NORTH, channelType: AGENT, from: 2026-01-01, plannedAgents: -1 }]
`,
        ),
      ),
    ).toEqual([
      expect.stringMatching(/^PROGRAMME_INVALID .*items.*: weights must total exactly 100, they total 99.99$/),
      expect.stringMatching(/^PROGRAMME_INVALID channelCapacity\[0\]\.plannedAgents/),
    ]);
  });
});
