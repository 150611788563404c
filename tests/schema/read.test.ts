import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../database.ts';
import { data, makeWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld(await testDatabase());
});

describe('what a finance clerk reads', () => {
  it('an agent with everything nested, numbers exact and dated facts as of a day', async () => {
    const answer = await data(
      world,
      'finance',
      `{
        agent(code: "E2") {
          id code status
          channelType { code }
          tier { code multiplier }
          october: tier(on: "2026-10-31") { code multiplier }
          tiers { from to tier { code } }
          region { code parent { code } }
          parent { code parent { code } }
          agreements { code from to plan { code versions { number components { code rules { code flat percent } } } } }
          statements { nodes { period earned closing currency } }
        }
      }`,
    );
    expect(answer.agent).toMatchObject({
      status: 'ACTIVE',
      tier: { code: 'STAR_4', multiplier: '1.1' },
      october: { code: 'STAR_3', multiplier: '1' },
      tiers: [
        { from: '2026-01-01', to: '2026-11-01', tier: { code: 'STAR_3' } },
        { from: '2026-11-01', to: null, tier: { code: 'STAR_4' } },
      ],
      region: { code: 'EAST', parent: { code: 'ROOT' } },
      parent: { code: 'E1', parent: null },
    });
    console.log(JSON.stringify(answer, null, 1));
  });
});
