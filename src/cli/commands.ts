import { readFile } from 'node:fs/promises';
import { importMetricFile } from '../agents/metrics.ts';
import type { ChecklistItem } from '../closing/checklist.ts';
import { calculatePeriod, verifyPeriod } from '../commissions/close.ts';
import { approveOpening, importOpening } from '../commissions/cutOver.ts';
import { explainLine } from '../commissions/explain.ts';
import { approveRun, loadRunSummary, type RunSummary } from '../commissions/runs.ts';
import type { Config } from '../config.ts';
import { detectImport } from '../conflicts/detection/detect.ts';
import type { Databases } from '../db/client.ts';
import { localActor } from '../db/transaction.ts';
import { runDemo } from '../demo/demo.ts';
import { UserError } from '../errors.ts';
import { Decimal, formatMoney, minorUnitDigits } from '../money.ts';
import { loadEnvelopeKeys } from '../partners/envelope.ts';
import { type Period, parsePeriod, periodsBetween } from '../period.ts';
import { applyProgramme } from '../programme/apply.ts';
import { readProgramme } from '../programme/read.ts';
import { loadOperator } from '../reference/operator.ts';
import { importEventFile } from '../sales/import.ts';
import { highestStatements } from '../statements/statements.ts';
import { describeChecklist, readChecklist } from './closeCommands.ts';
import { describeDetection } from './describeDetection.ts';
import { answerImport, type ImportOptions, importFile, requireFile } from './importFile.ts';
import { type Output, table } from './output.ts';

// One function a command: read what it names, call the service, print the answer.

export async function apply(
  databases: Databases,
  output: Output,
  file: string,
  options: { as: string; dryRun: boolean },
): Promise<void> {
  const programme = readProgramme(await readText(file));
  const { changes } = await databases.owner.transaction((transaction) =>
    applyProgramme(transaction, localActor(options.as), new Date(), programme, { dryRun: options.dryRun }),
  );
  output.answer({ dryRun: options.dryRun, changes }, () => {
    if (changes.length === 0) return 'Nothing changes: everything is as the file says.';
    const shown = changes
      .slice(0, 40)
      .map(({ action, entity, key }) => `${action === 'create' ? '+' : '~'} ${entity} ${key}`);
    const more = changes.length > 40 ? [`… and ${changes.length - 40} more`] : [];
    return [...shown, ...more, `${changes.length} changes ${options.dryRun ? 'would be made.' : 'made.'}`].join('\n');
  });
}

export async function importEvents(
  databases: Databases,
  output: Output,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const [actor, now] = [localActor(options.as), new Date()];
  const imported = await importFile(databases, output, file, options, async (transaction, source, listeners) => {
    const result = await importEventFile(transaction, actor, now, source, { atomic: options.atomic, ...listeners });
    if (result.importId === null) return { ...result, conflicts: null };
    return { ...result, conflicts: await detectImport(transaction, actor, now, result.importId) };
  });
  answerImport(output, imported, ({ conflicts, ...result }) => {
    const { rowCount, acceptedCount, duplicateCount, rejectedCount, lateCount } = result;
    const counts = `${rowCount} rows: ${acceptedCount} accepted, ${duplicateCount} duplicates, ${rejectedCount} rejected, ${lateCount} late.`;
    return conflicts && conflicts.scanned > 0 ? `${counts}\nConflicts: ${describeDetection(conflicts)}` : counts;
  });
}

export async function importMetrics(
  databases: Databases,
  output: Output,
  file: string,
  options: ImportOptions,
): Promise<void> {
  const imported = await importFile(databases, output, file, options, (transaction, source, listeners) =>
    importMetricFile(transaction, localActor(options.as), new Date(), source, { atomic: options.atomic, ...listeners }),
  );
  answerImport(output, imported, (result) => {
    const { rowCount, createdCount, changedCount, unchangedCount, rejectedCount } = result;
    return `${rowCount} rows: ${createdCount} new, ${changedCount} changed, ${unchangedCount} as before, ${rejectedCount} rejected.`;
  });
}

export async function importOpeningPositions(
  databases: Databases,
  output: Output,
  file: string,
  options: ImportOptions & { period?: string; approveAs?: string },
): Promise<void> {
  const period = requirePeriod(options.period ?? '');
  const importer = localActor(options.as);
  const approver = options.approveAs === undefined ? undefined : localActor(options.approveAs);
  if (approver?.name === importer.name) {
    throw new UserError('SAME_PERSON', `${importer.name} imports, so somebody else must approve.`, '--approve-as');
  }
  const imported = await importFile(databases, output, file, options, async (transaction, source, listeners) => {
    const result = await importOpening(transaction, importer, new Date(), source, { period, ...listeners });
    if (approver && result.runId !== null) await approveOpening(transaction, approver, new Date(), result.runId);
    return result;
  });
  answerImport(output, imported, ({ rowCount, rejectedCount, eventCount, lineCount, statementCount, runId }) =>
    runId === null
      ? `${rowCount} rows, ${rejectedCount} rejected: nothing was imported.`
      : `${rowCount} rows: ${eventCount} events, ${lineCount} lines, ${statementCount} statements in run ${runId} of ${period}, ${approver ? `approved by ${approver.name}` : 'not approved yet'}.`,
  );
}

export async function close(
  databases: Databases,
  output: Output,
  text: string,
  options: { as: string; approveAs?: string },
): Promise<void> {
  const [from = '', to = from, ...rest] = text.split('..');
  const periods = rest.length > 0 ? [] : periodsBetween(requirePeriod(from), requirePeriod(to));
  if (periods.length === 0)
    throw new UserError('PERIOD_INVALID', `"${text}" is no period or range of periods.`, 'period');
  const closer = localActor(options.as);
  const approver = options.approveAs === undefined ? undefined : localActor(options.approveAs);
  if (approver?.name === closer.name) {
    throw new UserError('SAME_PERSON', `${closer.name} calculates, so somebody else must approve.`, '--approve-as');
  }
  const summaries: ClosedRun[] = [];
  for (const period of periods) {
    const bar = output.progress(`close ${period}`);
    try {
      const run = await calculatePeriod(databases, closer, period, new Date(), (step, percent) =>
        bar.update(percent, step),
      );
      if (approver)
        await databases.owner.transaction((transaction) => approveRun(transaction, approver, new Date(), run.id));
    } finally {
      bar.end();
    }
    summaries.push(
      await databases.owner.transaction(async (transaction) => ({
        ...(await loadRunSummary(transaction, period)),
        checklist: await readChecklist(transaction, period, new Date()),
      })),
    );
  }
  const { timeZone } = await loadOperator(databases.owner);
  output.answer(periods.length === 1 ? summaries[0] : summaries, () =>
    periods.length === 1
      ? summaries.map((run) => `${describeRun(run)}\n\n${describeChecklist(run.checklist, timeZone)}`).join('\n')
      : describeRuns(summaries),
  );
}

type ClosedRun = RunSummary & { readonly checklist: readonly ChecklistItem[] };

function describeRun(run: RunSummary): string {
  const rows = run.totals.map((total) => ({
    component: [total.plan, total.component].filter(Boolean).join(' '),
    lines: total.lineCount,
    amount: total.amount,
    currency: total.currency,
  }));
  const sums = moneyTexts([run]);
  return [
    table(rows, ['lines', 'amount']),
    `${run.period} is ${run.status}: ${sums.join(', ') || 'nothing'} to ${run.statementCount} agents, from ${run.eventCount} events.`,
    `Paid nothing or less: ${run.unpaidCount} credits, listed with reasons; ${run.unreadCount} events of types that no component reads; ${run.lateCount} late events.`,
    `Run ${run.id} by ${run.calculatedBy}${run.approvedBy ? `, approved by ${run.approvedBy}` : ', not approved yet'}. lines ${run.linesHash}`,
  ].join('\n');
}

function describeRuns(runs: readonly RunSummary[]): string {
  const rows = runs.map((run) => ({
    period: run.period,
    status: run.status,
    events: run.eventCount,
    lines: run.lineCount,
    amount: moneyTexts([run]).join(' + '),
  }));
  return `${table(rows, ['events', 'lines', 'amount'])}\n${runs.length} periods, together ${moneyTexts(runs).join(', ')}.`;
}

/** What runs pay, a text for each currency: currencies are never added up. */
function moneyTexts(runs: readonly RunSummary[]): string[] {
  const sums = new Map<string, Decimal>();
  for (const { currency, amount } of runs.flatMap((run) => run.totals)) {
    sums.set(currency, (sums.get(currency) ?? new Decimal(0)).plus(amount));
  }
  return [...sums].map(([currency, amount]) => `${formatMoney(amount, minorUnitDigits[currency] ?? 2)} ${currency}`);
}

export async function explain(databases: Databases, output: Output, lineId: string): Promise<void> {
  const explanation = await databases.owner.transaction((transaction) => explainLine(transaction, lineId));
  output.answer(explanation, ({ formula, sentenceEn, sentenceZh, steps }) =>
    [formula, sentenceEn, sentenceZh, ...steps.map(({ label, value }) => `  ${label}: ${value}`)].join('\n'),
  );
}

/** @returns whether everything agreed. */
export async function verify(databases: Databases, output: Output, period: string): Promise<boolean> {
  const bar = output.progress(`verify ${period}`);
  const result = await verifyPeriod(databases, requirePeriod(period), (step, percent) =>
    bar.update(percent, step),
  ).finally(() => bar.end());
  const compared = [
    ['inputs, calculated anew', result.inputsHash],
    ['lines, calculated anew', result.linesHash],
    ['lines, as they stand', result.standingLinesHash],
    ['statements, as they stand', result.statementsHash],
  ] as const;
  output.answer(result, ({ auditFaults, ok }) =>
    [
      ...compared.map(([what, { stored, recomputed }]) =>
        stored === recomputed ? `${what}: the same` : `${what}: DIFFERENT, ${stored} → ${recomputed}`,
      ),
      `audit: ${auditFaults.length === 0 ? 'chain unbroken' : auditFaults.map(({ position, fault }) => `${position}: ${fault}`).join('; ')}`,
      ok ? `${period} verified.` : `${period} does NOT verify.`,
    ].join('\n'),
  );
  return result.ok;
}

export async function demo(databases: Databases, output: Output, config: Config): Promise<void> {
  const keys = loadEnvelopeKeys(config);
  const result = await runDemo(databases, new Date(), output.progress, output.note, { keys });
  const period = requirePeriod(result.summary.period);
  const statements = await databases.owner.transaction((transaction) => highestStatements(transaction, period, 20));
  output.answer({ ...result, statements }, ({ summary, accounts }) =>
    [
      describeRun(summary),
      '',
      table(statements, ['earned', 'payable']),
      ...(accounts.length > 0 ? ['', 'Sign in with (passwords are shown only now):', table(accounts)] : []),
    ].join('\n'),
  );
}

/** @throws UserError PERIOD_INVALID. */
export function requirePeriod(text: string): Period {
  const period = parsePeriod(text);
  if (!period) throw new UserError('PERIOD_INVALID', `"${text}" is not a period.`, 'period');
  return period;
}

/** The text of a file, or of standard input where it is `-`. @throws UserError NOT_FOUND. */
export async function readText(file: string): Promise<string> {
  if (file !== '-') {
    await requireFile(file);
    return readFile(file, 'utf8');
  }
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
