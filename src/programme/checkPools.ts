import { number } from './fields.ts';
import type { Fault, Path } from './paths.ts';
import type { ProgrammePoolVersion } from './schema.ts';

/** What the fields of a pool version mean together. */
export function checkPoolVersion(version: ProgrammePoolVersion, path: Path): Fault[] {
  const { fund, threshold } = version;
  const hasBase = 'percent' in fund || fund.events !== undefined;
  return [
    ...doubled(version.channelTypes, [...path, 'channelTypes']),
    ...doubled(version.plans, [...path, 'plans']),
    ...orderFaults(version, 'minimum', 'maximum', path),
    ...orderFaults(version, 'floor', 'cap', path),
    ...(threshold && !hasBase
      ? [
          invalid(
            [...path, 'threshold'],
            'a fixed fund has no eligible base that could reach a threshold: give its events',
          ),
        ]
      : []),
    ...('fixed' in fund && fund.events && !threshold
      ? [invalid([...path, 'fund', 'events'], 'only a threshold looks at the events of a fixed fund: remove them')]
      : []),
    ...('fixed' in fund && fund.of && !fund.events
      ? [invalid([...path, 'fund', 'of'], 'means something with events only: give them, or remove it')]
      : []),
  ];
}

function invalid(path: Path, message: string): Fault {
  return { code: 'PROGRAMME_INVALID', path, message };
}

type Limits = Pick<ProgrammePoolVersion, 'minimum' | 'maximum' | 'floor' | 'cap'>;

function orderFaults(version: Limits, least: keyof Limits, most: keyof Limits, path: Path): Fault[] {
  const low = version[least];
  const high = version[most];
  if (low === undefined || high === undefined || number(low).lte(high)) return [];
  return [invalid([...path, least], `must not be more than ${most}`)];
}

function doubled(codes: readonly string[], path: Path): Fault[] {
  return codes.flatMap((code, index): Fault[] =>
    codes.indexOf(code) === index
      ? []
      : [{ code: 'CODE_DUPLICATE', path: [...path, index], message: `${code} is named twice` }],
  );
}
