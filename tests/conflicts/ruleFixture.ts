import type { Databases } from '../../src/db/client.ts';
import { UserError, UserErrors } from '../../src/errors.ts';
import { productCategory, segment } from '../../src/reference/tables.ts';
import { setUpProvince } from '../sales/fixture.ts';

/** The small province with categories BROADBAND and DEVICES and a second segment. */
export async function setUpRules(databases: Databases): Promise<void> {
  await setUpProvince(databases);
  await databases.owner.insert(productCategory).values(['BROADBAND', 'DEVICES'].map((code) => ({ code, name: code })));
  await databases.owner.insert(segment).values({ code: 'BUSINESS', name: 'Business' });
}

/** The errors with which something is refused, as `CODE at: message`. */
export async function refusals(work: Promise<unknown>): Promise<string[]> {
  try {
    await work;
  } catch (error) {
    const errors = error instanceof UserErrors ? error.errors : error instanceof UserError ? [error] : [];
    if (errors.length === 0) throw error;
    return errors.map(({ code, at, message }) => `${code} ${at}: ${message}`);
  }
  throw new Error('it was not refused');
}
