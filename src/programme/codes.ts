import type { Fault, Path } from './paths.ts';

/** Codes that a list gives twice. */
export function checkCodes(list: readonly { readonly code?: string }[], path: Path): Fault[] {
  const seen = new Set<string>();
  return list.flatMap(({ code }, index): Fault[] => {
    if (code === undefined) return [];
    if (seen.has(code)) {
      return [{ code: 'CODE_DUPLICATE', path: [...path, index, 'code'], message: `the code ${code} is used twice` }];
    }
    seen.add(code);
    return [];
  });
}
