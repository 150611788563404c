// Arithmetic on amounts that are decimal texts, exact: on whole numbers of their smallest digit.

type Scaled = { readonly units: bigint; readonly digits: number };

/** @throws where the text is no plain decimal number */
function scaled(value: string): Scaled {
  const [, sign, whole, part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  if (whole === undefined) throw new Error(`${value} is no decimal number.`);
  const units = BigInt(whole + part);
  return { units: sign === '-' ? -units : units, digits: part.length };
}

function textOf({ units, digits }: Scaled): string {
  const plain = String(units < 0n ? -units : units).padStart(digits + 1, '0');
  const whole = plain.slice(0, plain.length - digits);
  const part = digits === 0 ? '' : `.${plain.slice(-digits)}`;
  return `${units < 0n ? '-' : ''}${whole}${part}`;
}

const widened = ({ units, digits }: Scaled, to: number) => units * 10n ** BigInt(to - digits);

/** All of them together, with the digits of the one that has most. @param values decimal texts */
export function sumOf(values: readonly string[]): string {
  const all = values.map(scaled);
  const digits = Math.max(0, ...all.map((value) => value.digits));
  return textOf({ units: all.reduce((sum, value) => sum + widened(value, digits), 0n), digits });
}

/** The same with the other sign; nothing stays nothing. @param value a decimal text */
export function negated(value: string): string {
  const { units, digits } = scaled(value);
  return textOf({ units: -units, digits });
}

/** How much more the first is than the second. @param more a decimal text @param less a decimal text */
export const differenceOf = (more: string, less: string): string => sumOf([more, negated(less)]);

/** Whether it is 0, however many digits that has. @param value a decimal text */
export const isNothing = (value: string): boolean => scaled(value).units === 0n;
