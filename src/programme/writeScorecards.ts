import { publishAwardRule } from '../awards/rules.ts';
import { publishConflictRule } from '../conflicts/rules.ts';
import { publishCreditRule } from '../crediting/rules.ts';
import type { Transaction } from '../db/client.ts';
import type { Actor } from '../db/transaction.ts';
import { UserError, UserErrors } from '../errors.ts';
import { publishGrid } from '../loyalty/grids.ts';
import { publishRegistrationPolicy } from '../registrations/policies.ts';
import { saveMetricDefinition } from '../scorecards/metricCatalogue.ts';
import { saveTargets } from '../scorecards/targets.ts';
import { publishTemplate } from '../scorecards/templates.ts';
import { publishSettlementPolicy } from '../settlement/policies.ts';
import { publishScheme } from '../tiers/schemes.ts';
import { type Path, throwFaults } from './paths.ts';
import type { Programme } from './schema.ts';
import type { DeclaredVersion, Publication, ScorecardDifference, VersionedSection } from './scorecards.ts';

type Publish = (
  transaction: Transaction,
  actor: Actor,
  now: Date,
  input: Publication['declared'] & DeclaredVersion,
) => Promise<number>;

const publishers: Readonly<Record<VersionedSection, Publish>> = {
  scoreTemplates: publishTemplate,
  tierSchemes: publishScheme,
  loyaltyGrids: publishGrid,
  awardRules: publishAwardRule,
  conflictRules: publishConflictRule,
  creditRules: publishCreditRule,
  registrationPolicies: publishRegistrationPolicy,
  settlementPolicy: publishSettlementPolicy,
};

const batchSize = 1000;

/**
 * Writes how agents are judged, and whatever else has versions, by what every other way to change it goes through, audit included. What that refuses is named at its place
 * in the programme.
 * @throws UserErrors
 */
export async function writeScorecards(
  transaction: Transaction,
  actor: Actor,
  now: Date,
  programme: Programme,
  { metrics, targets, publications }: ScorecardDifference,
): Promise<void> {
  for (const { path, entry } of metrics) {
    await atPlace(programme, path, () => saveMetricDefinition(transaction, actor, now, entry));
  }
  for (const { section, path, declared, versions, latest } of publications) {
    const known = latest ? [latest] : [];
    for (const version of versions.length > 0 ? versions : known) {
      const input = { ...declared, ...version };
      await atPlace(programme, path, () => publishers[section](transaction, actor, now, input));
    }
  }
  for (let start = 0; start < targets.length; start += batchSize) {
    const batch = targets.slice(start, start + batchSize);
    const inputs = batch.map(({ entry: { agent, region, ...target } }) => {
      return { ...target, agentCode: agent, regionCode: region };
    });
    const { rejections } = await saveTargets(transaction, actor, now, inputs, { atomic: true });
    throwFaults(
      programme,
      rejections.map(({ row, code, message }) => ({ code, message, path: batch[row - 1]?.path ?? ['scoreTargets'] })),
    );
  }
}

async function atPlace<Result>(programme: Programme, path: Path, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const errors = error instanceof UserErrors ? error.errors : error instanceof UserError ? [error] : [];
    throwFaults(
      programme,
      errors.map(({ code, message }) => ({ code, message, path })),
    );
    throw error;
  }
}
