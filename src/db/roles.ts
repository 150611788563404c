import { createHash } from 'node:crypto';
import type { Sql } from 'postgres';
import { UserError } from '../errors.ts';

/** The role every GraphQL request runs as: no login, no rights but those the migrations grant. */
export const requestRole = 'tributary_request';

/** What a database administrator runs where Tributary's own database user may not create roles. */
const roleStatements = (owner: string): string[] => [
  `create role ${requestRole} nologin`,
  `grant ${requestRole} to "${owner.replaceAll('"', '""')}"`,
];

const insufficientPrivilege = '42501';

/**
 * Makes sure that the request role exists and that this connection's user may become it. Roles belong to the server, so
 * several databases of one server share them, and two starts may race: a lock in this database cannot help, retrying does.
 * @throws UserError ROLES_MISSING with the statements to run, where this user may not create roles.
 */
export async function ensureRoles(sql: Sql): Promise<void> {
  const [row] = await sql<{ owner: string; exists: boolean; member: boolean }[]>`
    select current_user as owner,
           exists (select from pg_roles where rolname = ${requestRole}) as exists,
           exists (select from pg_roles where rolname = ${requestRole} and pg_has_role(current_user, oid, 'member')) as member`;
  if (!row || (row.exists && row.member)) return;
  const wanted = roleStatements(row.owner).slice(row.exists ? 1 : 0);
  try {
    for (const statement of wanted) {
      await sql.unsafe(statement).catch((error: { code?: string }) => {
        // Another start created it in the same moment: 42710 duplicate_object, 23505 on the catalogue's own index.
        if (error.code !== '42710' && error.code !== '23505') throw error;
      });
    }
  } catch (error) {
    if ((error as { code?: string }).code !== insufficientPrivilege) throw error;
    throw new UserError('ROLES_MISSING', `The database user may not create roles. Run:\n${wanted.join(';\n')};`);
  }
}

/** A lock key for pg_advisory_lock from a name: 63 bits of its SHA-256, as text. */
export function lockKey(name: string): string {
  return createHash('sha256').update(name).digest().readBigInt64BE(0).toString();
}

/** Imports hold this lock shared, approvals exclusively: no event enters a period while it is being approved. */
export const booksLock = lockKey('tributary books');

/** Held by every change of the programme, and by approvals: no change passes an approval that has compared its inputs. */
export const programmeLock = lockKey('tributary programme');
