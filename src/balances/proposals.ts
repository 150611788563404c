import { z } from 'zod';
import type { Transaction } from '../db/client.ts';
import { rawSql } from '../db/client.ts';
import { settlementPaperHint } from '../documents/settlementPaper.ts';
import { UserError } from '../errors.ts';
import { checkInput } from '../input.ts';
import { Decimal, formatMoney, minorUnitDigits } from '../money.ts';
import { currencySchema, positive } from '../programme/fields.ts';

// What proposals of money have in common: of an agent, in a currency, above zero and no finer than the currency, for a reason.

const reasonSchema = z.string().trim().min(1, 'is missing').max(1000, 'has at most 1,000 characters');
const amountSchema = positive('An amount.');

/** Why something is proposed. @throws UserErrors INPUT_INVALID. */
export const checkReason = (reason: string): string => checkInput(reasonSchema, reason, 'reason');

/** @throws UserErrors INPUT_INVALID. */
export const checkCurrency = (currency: string): string => checkInput(currencySchema, currency, 'currency');

/** An amount above zero in whole minor units of its currency. @throws UserErrors INPUT_INVALID at `at`. */
export function checkAmount(amount: string, currency: string, at: string): Decimal {
  const checked = new Decimal(checkInput(amountSchema, amount, at));
  const digits = minorUnitDigits[currency] ?? 2;
  if (checked.decimalPlaces() <= digits) return checked;
  throw new UserError('INPUT_INVALID', `${at} has more than the ${digits} decimals of ${currency}.`, at);
}

/** The agent with a code that the transaction may see. @throws UserError NOT_FOUND. */
export async function findAgentId(transaction: Transaction, code: string): Promise<number> {
  const [found] = await rawSql(transaction)<{ id: number }[]>`select id from agent where code = ${code}`;
  if (!found) throw new UserError('NOT_FOUND', `There is no agent ${code}.`, 'agentCode');
  return found.id;
}

/** A stored paper of the agent that the transaction may see. @throws UserError NOT_FOUND. */
export async function requirePaper(transaction: Transaction, documentId: number, agentId: number): Promise<void> {
  const [found] = await rawSql(transaction)<{ id: number }[]>`
    select id from document where id = ${documentId} and agent_id = ${agentId}`;
  if (found) return;
  const message = `There is no such document of the agent, or you may not see it. ${settlementPaperHint()}`;
  throw new UserError('NOT_FOUND', message, 'documentId');
}

/** An amount with its currency, for messages. */
export const moneyOf = (amount: Decimal, currency: string) =>
  `${formatMoney(amount, minorUnitDigits[currency] ?? 2)} ${currency}`;
