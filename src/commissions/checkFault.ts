import { UserError } from '../errors.ts';

export type CheckFault = UserError;

/** What a check of a run found (DOMAIN.md §10). @param check what should always be true */
export const fault = (check: string, message: string): CheckFault => new UserError('CHECK_FAILED', message, check);
