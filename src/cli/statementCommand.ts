import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Databases } from '../db/client.ts';
import { UserError } from '../errors.ts';
import { describeMissing } from '../exports/pdf/statementPdfs.ts';
import { statementsOfAgent } from '../statements/statementDocument.ts';
import { renderStatementPdf } from '../statements/statementPdf.ts';
import { statementLanguages } from '../statements/statementPdfText.ts';
import { requirePeriod } from './commands.ts';
import type { Output } from './output.ts';

export type StatementFlags = { readonly language: string; readonly out?: string; readonly currency?: string };

/** `tributary statement PERIOD AGENT`: an agent's statement as PDF. */
export async function statementPdf(
  databases: Databases,
  output: Output,
  period: string,
  agent: string,
  options: StatementFlags,
): Promise<void> {
  const language = statementLanguages.find((known) => known === options.language);
  if (!language) {
    throw new UserError('INPUT_INVALID', `The language is one of ${statementLanguages.join(', ')}.`, 'language');
  }
  const wanted = requirePeriod(period);
  const found = await databases.owner.transaction((transaction) => statementsOfAgent(transaction, wanted, agent));
  const models = found.filter(({ currency }) => options.currency === undefined || currency === options.currency);
  const [model] = models;
  if (!model || models.length > 1) {
    const currencies = found.map(({ currency }) => currency).join(', ');
    throw new UserError(
      'INPUT_INVALID',
      `${agent} has statements of ${wanted} in ${currencies}: name one.`,
      'currency',
    );
  }
  const file = options.out ?? `${wanted}-${agent}-${model.currency}-${language}.pdf`;
  const warnings = new Set<string>();
  const pieces = renderStatementPdf(model, language, (missing) => warnings.add(describeMissing(model, missing)));
  await pipeline(pieces, createWriteStream(file));
  for (const warning of warnings) output.note(warning);
  output.answer({ file, warnings: [...warnings] }, () => `${file} is written.`);
}
