import { userInfo } from 'node:os';
import { Command, CommanderError, Option } from 'commander';
import type { GraphQLSchema } from 'graphql';
import { readConfig } from '../config.ts';
import { startDatabases } from '../db/start.ts';
import { UserError } from '../errors.ts';
import { buildPortal } from '../portal/build.ts';
import { type AccountFlags, createAccountHere, setPasswordHere } from './accountCommands.ts';
import { approvePlan } from './approvePlanCommand.ts';
import { bankFile } from './bankFileCommand.ts';
import { checklist, issue } from './closeCommands.ts';
import * as commands from './commands.ts';
import { conflicts } from './conflictsCommand.ts';
import { detect } from './detectCommand.ts';
import { explainEventRules } from './explainCommand.ts';
import { type ExportFlags, exportFiles, listExportFiles, paymentJournal } from './exportCommand.ts';
import { asFileError } from './fileErrors.ts';
import { importAdjustments } from './importAdjustmentsCommand.ts';
import { importAgents, importTerritories } from './importAgentsCommand.ts';
import { importBankStatusFile } from './importBankStatusCommand.ts';
import { exportMatrix, importMatrix } from './importMatrixCommand.ts';
import { importPriceFloors } from './importPriceFloorsCommand.ts';
import { importTargets } from './importTargetsCommand.ts';
import { importTraining } from './importTrainingCommand.ts';
import { measure } from './measureCommand.ts';
import { createOutput, describeError, type Output } from './output.ts';
import { type ReconcileFlags, reconcile } from './reconcileCommand.ts';
import { retro } from './retroCommand.ts';
import { rotateEnvelopeKeys } from './rotateKeysCommand.ts';
import { score } from './scoreCommand.ts';
import { type StartJobs, serve } from './serve.ts';
import { simulateDraft } from './simulateCommand.ts';
import { type StatementFlags, statementPdf } from './statementCommand.ts';
import { tiers } from './tiersCommand.ts';

/** The parts above src/ that `serve` runs; bin/tributary.js hands them in. */
export type Parts = {
  readonly loadSchema: () => Promise<GraphQLSchema>;
  readonly loadJobs: () => Promise<StartJobs>;
};

/** Exit codes: 0 done, 1 an error that the user can mend, 2 wrong usage, 3 a comparison failed, 70 a fault of ours. */
const exitCodes = { userError: 1, usage: 2, different: 3, internal: 70 } as const;

/** Runs one command of the command line. Sets the exit code; never throws. */
export async function main(argv: readonly string[], parts: Parts): Promise<void> {
  const json = argv.includes('--json');
  try {
    await program(parts, createOutput(json)).parseAsync(argv as string[]);
  } catch (thrown) {
    const error = asFileError(thrown);
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
      return;
    }
    process.stderr.write(`${describeError(error, json)}\n`);
    process.exitCode = error instanceof UserError ? exitCodes.userError : exitCodes.internal;
  }
}

function program(parts: Parts, output: Output): Command {
  const root = new Command('tributary')
    .description('Partner channels and commission, exact to the last fen')
    .exitOverride();
  const command = (name: string, description: string) =>
    root.command(name).description(description).option('--json', 'print the answer as JSON').exitOverride();
  const asUser = () =>
    new Option('--as <user>', 'who does it: an e-mail address or a name').default(userInfo().username);

  command('start', 'start everything; on an empty database set up the demo province first').action(() =>
    serve(readConfig(process.env), parts, output, { demoWhereEmpty: true }),
  );
  command('serve', 'start the API, the jobs and the clock').action(() =>
    serve(readConfig(process.env), parts, output, { demoWhereEmpty: false }),
  );
  command(
    'build-portal',
    'build the portal from its sources, where they have changed; start and serve do it by themselves',
  ).action(async () => {
    const built = await buildPortal(output.note);
    output.answer({ built }, () => (built ? 'The portal is built.' : 'The portal was built already.'));
  });
  command('migrate', 'bring the database to the state of this program').action(() =>
    withDatabase(output, async () => output.answer({ migrated: true }, () => 'The database is up to date.')),
  );
  command('apply', 'apply a programme file: show what would change, then change it')
    .argument('<file>', 'YAML or JSON; - reads standard input')
    .option('--dry-run', 'only show what would change', false)
    .addOption(asUser())
    .action((file: string, options: { as: string; dryRun: boolean }) =>
      withDatabase(output, (databases) => commands.apply(databases, output, file, options)),
    );
  command('approve-plan', 'approve a back-dated correction of a plan: with the second approval it is in force')
    .argument('<plan>', 'the code of the plan')
    .argument('<version>', 'the number of the correction within the plan')
    .addOption(asUser())
    .action((plan: string, version: string, options: { as: string }) =>
      withDatabase(output, (databases) => approvePlan(databases, output, plan, version, options)),
    );
  command(
    'import',
    'import sales events, agents, territories, training results, metrics, targets, proposed adjustments, the CPC matrix, floor prices or opening positions from a CSV file, or the answer of a bank (pain.002 or CSV)',
  )
    .argument(
      '<kind>',
      'events, agents, territories, training, metrics, targets, adjustments, matrix, price-floors, opening or bank-status',
    )
    .argument('<file>', 'CSV with a header line')
    .option('--atomic', 'import nothing where any row is rejected; opening positions always do', false)
    .option('--errors <file>', 'where rejected rows are written; default: beside the file, .errors.csv')
    .option('--period <period>', 'opening: the last period before the first calculated one')
    .option('--approve-as <other>', 'opening: who approves: somebody other than --as')
    .addOption(asUser())
    .action((kind: string, file: string, options: Parameters<typeof commands.importOpeningPositions>[3]) => {
      const imports = {
        events: commands.importEvents,
        agents: importAgents,
        territories: importTerritories,
        training: importTraining,
        metrics: commands.importMetrics,
        targets: importTargets,
        adjustments: importAdjustments,
        matrix: importMatrix,
        'price-floors': importPriceFloors,
        opening: commands.importOpeningPositions,
        'bank-status': importBankStatusFile,
      };
      if (!Object.hasOwn(imports, kind)) {
        const message = `"${kind}" cannot be imported; ${Object.keys(imports).join(', ')} can.`;
        throw new UserError('INPUT_INVALID', message, 'kind');
      }
      const work = imports[kind as keyof typeof imports];
      return withDatabase(output, (databases) => work(databases, output, file, options));
    });
  command('close', 'calculate a period (or FROM..TO), show the summary, approve it as somebody else')
    .argument('<period>', 'YYYY-MM, or YYYY-MM..YYYY-MM')
    .option('--approve-as <other>', 'who approves: somebody other than --as')
    .addOption(asUser())
    .action((period: string, options: { as: string; approveAs?: string }) =>
      withDatabase(output, (databases) => commands.close(databases, output, period, options)),
    );
  command('checklist', "the steps of a period's close: what is done, by whom, and what is missing")
    .argument('<period>', 'YYYY-MM')
    .option('--tick <step>', 'tick a step off that the data do not tell, by its code')
    .option('--note <text>', 'with --tick: what was done')
    .addOption(asUser())
    .action((period: string, options: { as: string; tick?: string; note?: string }) =>
      withDatabase(output, (databases) => checklist(databases, output, period, options)),
    );
  command('issue', "issue the statements of a period's approved run: agents are told, nothing in them changes any more")
    .argument('<period>', 'YYYY-MM')
    .addOption(asUser())
    .action((period: string, options: { as: string }) =>
      withDatabase(output, (databases) => issue(databases, output, period, options)),
    );
  command('detect', 'look through a period for channel conflicts, or through all that has not been looked through')
    .argument('[period]', 'YYYY-MM; without it what is pending: new imports and changed facts')
    .addOption(asUser())
    .action((period: string | undefined, options: { as: string }) =>
      withDatabase(output, (databases) => detect(databases, output, period, options)),
    );
  command('measure', 'compute the metrics of the catalogue for a period')
    .argument('<period>', 'YYYY-MM')
    .addOption(asUser())
    .action((period: string, options: { as: string }) =>
      withDatabase(output, (databases) => measure(databases, output, period, options)),
    );
  command('tiers', 'preview what tiers agents get by a scheme after a period, or apply the preview')
    .argument('<action>', 'preview or apply')
    .argument('<period>', 'YYYY-MM')
    .argument('<scheme>', 'the code of the tier scheme')
    .addOption(asUser())
    .action((action: string, period: string, scheme: string, options: { as: string }) =>
      withDatabase(output, (databases) => tiers(databases, output, action, period, scheme, options)),
    );
  command('export', "write a period's files")
    .argument('<period>', 'YYYY-MM')
    .requiredOption('--out <dir>', 'the folder for the files')
    .option(
      '--kinds <kinds>',
      'which, as in LINES_CSV,WORKBOOK, or all; without it statements, lines and unpaid events as CSV',
    )
    .option('--encoding <encoding>', 'of text files: UTF-8 or GB18030', 'UTF-8')
    .option('--bom', 'begin each text file with a byte order mark, as some spreadsheets want it', false)
    .action((period: string, options: ExportFlags) =>
      withDatabase(output, (databases) => exportFiles(databases, output, period, options)),
    );
  command('exports', 'list the files of a period that were made and are kept, with their checksums')
    .argument('<period>', 'YYYY-MM')
    .action((period: string) => withDatabase(output, (databases) => listExportFiles(databases, output, period)));
  command('journal', 'write what was paid, returned, collected and set off in a month, in double entry')
    .argument('<month>', 'YYYY-MM, by local days')
    .option('--payments', 'this journal: that of the run is JOURNAL_CSV of export', false)
    .option('--out <file>', 'the file; without it journal-payments.csv here')
    .action((month: string, options: { payments: boolean; out?: string }) =>
      withDatabase(output, (databases) => paymentJournal(databases, output, month, options)),
    );
  command('statement', "write an agent's statement of a period as PDF")
    .argument('<period>', 'YYYY-MM')
    .argument('<agent>', 'its code')
    .option('--language <language>', 'zh or en', 'zh')
    .option('--currency <currency>', 'which, where the agent has several')
    .option('--out <file>', 'the file; without it one named after the statement here')
    .action((period: string, agent: string, options: StatementFlags) =>
      withDatabase(output, (databases) => statementPdf(databases, output, period, agent, options)),
    );
  command('export-matrix', 'write the CPC matrix as a CSV file that can be imported again')
    .argument('<file>', 'the file; what is there is replaced')
    .action((file: string) => withDatabase(output, (databases) => exportMatrix(databases, output, file)));
  command('explain', 'explain one line of commission')
    .argument('<line-id>', 'as in lines.csv')
    .action((lineId: string) => withDatabase(output, (databases) => commands.explain(databases, output, lineId)));
  command('explain-rule', 'explain which rules pay a sales event, and why the others do not')
    .argument('<source/id>', 'the source and the external id of the event, as in CRM/4711')
    .action((event: string) => withDatabase(output, (databases) => explainEventRules(databases, output, event)));
  command('verify', 'calculate a period again and compare, and check the audit chain')
    .argument('<period>', 'YYYY-MM')
    .action((period: string) =>
      withDatabase(output, async (databases) => {
        const same = await commands.verify(databases, output, period);
        if (!same) process.exitCode = exitCodes.different;
      }),
    );
  command('simulate', 'what closed periods would have paid with a draft programme, compared with what they paid')
    .argument('<file>', 'the draft, YAML or JSON, as for apply; - reads standard input')
    .argument('<period>', 'YYYY-MM, or YYYY-MM..YYYY-MM')
    .option('--agents <codes>', 'only these agents, as in A1,A2')
    .option('--csv <file>', 'where the comparison of every agent is written')
    .action((file: string, period: string, options: { agents?: string; csv?: string }) =>
      withDatabase(output, (databases) => simulateDraft(databases, output, file, period, options)),
    );
  command('retro', 'what later facts change in closed periods, before it is booked')
    .argument('[period]', 'the period that would book it; without it the next to be closed')
    .option('--csv <file>', 'where every difference is written')
    .action((period: string | undefined, options: { csv?: string }) =>
      withDatabase(output, (databases) => retro(databases, output, period, options)),
    );
  command('score', 'measure the metrics of a period and calculate its scores')
    .argument('<period>', 'YYYY-MM')
    .option('--publish', 'publish them as well: agents see them, commission uses them', false)
    .option('--appeal-days <days>', 'publishing: for how many days, today included, agents may object', '10')
    .option('--allow-blocked', 'publish although some agents have no score for want of a value', false)
    .addOption(asUser())
    .action((period: string, options: Parameters<typeof score>[3]) =>
      withDatabase(output, (databases) => score(databases, output, period, options)),
    );
  command('conflicts', 'figures of conflicts: how many, how fast they are settled, what money they hold, move and take')
    .argument('<period>', 'YYYY-MM, or YYYY-MM..YYYY-MM: when the events occurred')
    .option('--by <what>', 'rule, region, agent (the accused) or kind', 'rule')
    .option('--csv <file>', 'where all figures are written')
    .action((period: string, options: { by: string; csv?: string }) =>
      withDatabase(output, (databases) => conflicts(databases, output, period, options)),
    );
  command('bank-file', 'write the bank file of an approved batch of payments')
    .argument('<batch>', 'its code, as in PB-1')
    .option('--out <file>', 'the file; without it PB-1.xml or PB-1.csv here')
    .addOption(asUser())
    .action((batch: string, options: { as: string; out?: string }) =>
      withDatabase(output, (databases) => bankFile(databases, output, readConfig(process.env), batch, options)),
    );
  command(
    'reconcile',
    "compare an agent's own list of sales with what was paid, print totals and write the rows with verdicts",
  )
    .argument('<file>', 'CSV: external_id, source, subscription, product, sold_on, amount')
    .requiredOption('--agent <code>', 'whose list it is')
    .requiredOption('--period <period>', 'YYYY-MM')
    .option('--out <file>', 'where the rows with verdicts are written; without it FILE.result.csv')
    .addOption(asUser())
    .action((file: string, options: ReconcileFlags) =>
      withDatabase(output, (databases) => reconcile(databases, output, file, options)),
    );
  command('create-account', 'let somebody sign in: the first administrator of an installation, or anybody else')
    .argument('<email>', 'its e-mail address')
    .requiredOption('--role <role>', 'ADMIN, CHANNEL_MANAGER, FINANCE, AUDITOR, COMPLIANCE or AGENT')
    .requiredOption('--name <name>', 'what the person is called')
    .option('--agent <code>', 'of an AGENT: whose account it is')
    .option('--region <code>', 'of a CHANNEL_MANAGER: the root of its regions')
    .option('--password-stdin', 'read the password from standard input; without it one is made up and printed', false)
    .addOption(asUser())
    .action((email: string, options: AccountFlags) =>
      withDatabase(output, (databases) =>
        createAccountHere(databases, output, email, options, () => commands.readText('-')),
      ),
    );
  command('set-password', 'give somebody who forgot it a new password; the sessions of the account end')
    .argument('<email>', 'the e-mail address of the account')
    .option('--password-stdin', 'read the password from standard input; without it one is made up and printed', false)
    .addOption(asUser())
    .action((email: string, options: AccountFlags) =>
      withDatabase(output, (databases) =>
        setPasswordHere(databases, output, email, options, () => commands.readText('-')),
      ),
    );
  command(
    'rotate-keys',
    'wrap the keys of encrypted numbers with the current envelope key; may be stopped and started again',
  )
    .addOption(asUser())
    .action((options: { as: string }) =>
      withDatabase(output, (databases) => rotateEnvelopeKeys(databases, output, readConfig(process.env), options)),
    );
  command('demo', 'set up the demo province with twelve months of sales and close them').action(() =>
    withDatabase(output, (databases) => commands.demo(databases, output, readConfig(process.env))),
  );
  return root;
}

type Work = (databases: Awaited<ReturnType<typeof startDatabases>>['databases']) => Promise<void>;

async function withDatabase(output: Output, work: Work): Promise<void> {
  const config = readConfig(process.env);
  const started = await startDatabases(config, { onStep: output.note, poolSize: 4 });
  try {
    await work(started.databases);
  } finally {
    await started.stop();
  }
}
