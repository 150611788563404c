import type { z } from 'zod';
import { UserError, UserErrors } from './errors.ts';

/**
 * Input as a schema reads it. `name` is what the input is called.
 * @throws UserErrors INPUT_INVALID, one for each fault, at the field.
 */
export function checkInput<Schema extends z.ZodType>(schema: Schema, input: unknown, name: string): z.output<Schema> {
  const checked = schema.safeParse(input);
  if (checked.success) return checked.data;
  throw new UserErrors(
    checked.error.issues.slice(0, 100).map(({ path, message }) => {
      const at = path.reduce<string>(
        (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`),
        name,
      );
      return new UserError('INPUT_INVALID', `${at} ${message}.`, at);
    }),
  );
}
