import { inArray } from 'drizzle-orm';
import { z } from 'zod';
import { type Change, recordChanges } from '../audit/audit.ts';
import { rawSql, type Transaction } from '../db/client.ts';
import { lockKey } from '../db/roles.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { checkInput } from '../input.ts';
import { channelType, productCategory } from '../reference/tables.ts';
import { type CourseEntry, type CourseInput, courseSchema, type RequirementEntry } from './courseForm.ts';
import { course, courseRequirement } from './tables.ts';

/** What became of courses: each is created, changed or unchanged. */
export type CoursesSaved = {
  readonly createdCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
};

const maxBatchSize = 1000;
const coursesLock = lockKey('tributary courses');

/**
 * Declares or changes courses with all of their requirements: those that are not named any more end to exist. Results keep the
 * expiry they were given (DOMAIN.md §4). For administrators.
 * @throws UserErrors INPUT_INVALID, CODE_DUPLICATE, REFERENCE_UNKNOWN, DATES_OVERLAP, all that apply; BATCH_TOO_LARGE.
 */
export async function saveCourses(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: readonly CourseInput[],
): Promise<CoursesSaved> {
  if (input.length > maxBatchSize) {
    throw new UserError('BATCH_TOO_LARGE', `These are ${input.length} courses, at most ${maxBatchSize} are allowed.`);
  }
  const courses = checkInput(z.array(courseSchema), input, 'courses');
  await rawSql(transaction)`select pg_advisory_xact_lock(${coursesLock}::bigint)`;
  const keys = await loadKeys(transaction);
  const faults = [
    ...doubledCodes(courses),
    ...courses.flatMap((entry, index) => requirementFaults(entry, index, keys)),
  ];
  if (faults.length > 0) throw new UserErrors(faults.slice(0, 100));
  const present = await loadCourses(
    transaction,
    courses.map(({ code }) => code),
  );
  const changes: Change[] = [];
  for (const entry of courses) {
    const before = present.get(entry.code);
    const after = canonical(entry);
    if (before && JSON.stringify(before.entry) === JSON.stringify(after)) continue;
    await writeCourse(transaction, after, before?.id, keys);
    const action = before ? 'course.changed' : 'course.created';
    changes.push({ action, entity: 'course', entityKey: entry.code, before: before?.entry, after });
  }
  await recordChanges(transaction, actor, now, changes);
  const createdCount = changes.filter(({ before }) => before === undefined).length;
  const changedCount = changes.length - createdCount;
  return { createdCount, changedCount, unchangedCount: courses.length - changes.length };
}

type Keys = {
  readonly channelTypes: ReadonlyMap<string, number>;
  readonly productCategories: ReadonlyMap<string, number>;
};

async function loadKeys(transaction: Transaction): Promise<Keys> {
  const types = await transaction.select({ code: channelType.code, id: channelType.id }).from(channelType);
  const categories = await transaction
    .select({ code: productCategory.code, id: productCategory.id })
    .from(productCategory);
  const byCode = (rows: { code: string; id: number }[]) => new Map(rows.map(({ code, id }) => [code, id]));
  return { channelTypes: byCode(types), productCategories: byCode(categories) };
}

function doubledCodes(courses: readonly CourseEntry[]): UserError[] {
  const codes = courses.map(({ code }) => code);
  return codes.flatMap((code, index) =>
    codes.indexOf(code) < index
      ? [new UserError('CODE_DUPLICATE', `The course ${code} is named twice.`, `courses[${index}].code`)]
      : [],
  );
}

function requirementFaults({ requirements }: CourseEntry, index: number, keys: Keys): UserError[] {
  return requirements.flatMap((requirement, place) => {
    const at = `courses[${index}].requirements[${place}]`;
    const { channelType: type, productCategory: category } = requirement;
    const faults: UserError[] = [];
    if (type != null && !keys.channelTypes.has(type)) {
      faults.push(new UserError('REFERENCE_UNKNOWN', `There is no channel type ${type}.`, `${at}.channelType`));
    }
    if (category != null && !keys.productCategories.has(category)) {
      const message = `There is no product category ${category}.`;
      faults.push(new UserError('REFERENCE_UNKNOWN', message, `${at}.productCategory`));
    }
    if (requirements.slice(0, place).some((earlier) => overlap(earlier, requirement))) {
      faults.push(new UserError('DATES_OVERLAP', 'The same is required twice on a day.', `${at}.from`));
    }
    return faults;
  });
}

/** Whether two requirements ask the same of the same on some day. */
function overlap(one: RequirementEntry, other: RequirementEntry): boolean {
  const asked = ({ purpose, channelType: type, productCategory: category }: RequirementEntry) =>
    JSON.stringify([purpose, type ?? null, category ?? null]);
  const isBefore = (left: RequirementEntry, right: RequirementEntry) => left.to != null && left.to <= right.from;
  return asked(one) === asked(other) && !isBefore(one, other) && !isBefore(other, one);
}

type Canonical = {
  readonly code: string;
  readonly name: string;
  readonly validMonths: number | null;
  readonly requirements: readonly {
    readonly purpose: RequirementEntry['purpose'];
    readonly channelType: string | null;
    readonly productCategory: string | null;
    readonly from: string;
    readonly to: string | null;
  }[];
};

/** A course in the one form that equal courses share. */
function canonical({ code, name, validMonths, requirements }: CourseEntry): Canonical {
  const each = requirements.map(({ purpose, channelType: type, productCategory: category, from, to }) => ({
    purpose,
    channelType: type ?? null,
    productCategory: category ?? null,
    from,
    to: to ?? null,
  }));
  each.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { code, name, validMonths: validMonths ?? null, requirements: each };
}

type Present = ReadonlyMap<string, { readonly id: number; readonly entry: Canonical }>;

async function loadCourses(transaction: Transaction, codes: readonly string[]): Promise<Present> {
  if (codes.length === 0) return new Map();
  const rows = await transaction.query.course.findMany({
    where: { code: { in: [...codes] } },
    with: {
      requirements: {
        with: { channelType: { columns: { code: true } }, productCategory: { columns: { code: true } } },
      },
    },
  });
  return new Map(
    rows.map(({ id, code, name, validMonths, requirements }) => {
      const each = requirements.map(
        ({ purpose, channelType: type, productCategory: category, validFrom, validTo }) => ({
          purpose,
          channelType: type?.code,
          productCategory: category?.code,
          from: validFrom,
          to: validTo,
        }),
      );
      return [code, { id, entry: canonical({ code, name, validMonths, requirements: each }) }];
    }),
  );
}

async function writeCourse(
  transaction: Transaction,
  { code, name, validMonths, requirements }: Canonical,
  presentId: number | undefined,
  keys: Keys,
): Promise<void> {
  const [written] = await transaction
    .insert(course)
    .values({ code, name, validMonths })
    .onConflictDoUpdate({ target: course.code, set: { name, validMonths } })
    .returning({ id: course.id });
  if (!written) throw new Error(`the course ${code} was not written`);
  if (presentId !== undefined) {
    await transaction.delete(courseRequirement).where(inArray(courseRequirement.courseId, [presentId]));
  }
  if (requirements.length === 0) return;
  await transaction.insert(courseRequirement).values(
    requirements.map(({ purpose, channelType: type, productCategory: category, from, to }) => ({
      courseId: written.id,
      purpose,
      channelTypeId: type === null ? null : keys.channelTypes.get(type),
      productCategoryId: category === null ? null : keys.productCategories.get(category),
      validFrom: from,
      validTo: to,
    })),
  );
}
