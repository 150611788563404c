import type { StatementAmounts } from '../statements/statement.ts';
import type { PoolResult } from './engine/pools.ts';
import type { Shadows } from './ledger.ts';
import type { DatedPool, RunTables } from './scope.ts';

// What a calculation comes to, between the steps that make it, check it and publish it.

/** Hears how far a calculation has come. */
export type OnStep = (step: string, percent: number) => Promise<void>;

export type PoolOutcome = { readonly pool: DatedPool; readonly result: PoolResult };

type AgentStatement = StatementAmounts & {
  readonly agentId: number;
  readonly currency: string;
  readonly lineCount: number;
  readonly linesHash: string;
};

export type Calculation = {
  readonly tables: RunTables;
  readonly inputsHash: string;
  readonly linesHash: string;
  readonly eventCount: number;
  readonly lineCount: number;
  readonly unpaidCount: number;
  readonly unreadCount: number;
  readonly lastEventId: number;
  readonly totals: readonly ComponentTotal[];
  readonly pools: readonly PoolOutcome[];
  /** Closed periods that were calculated again for RETRO. */
  readonly shadows: Shadows | undefined;
  readonly statements: readonly AgentStatement[];
};

export type ComponentTotal = {
  readonly component_id: number;
  readonly currency: string;
  readonly line_count: number;
  readonly amount: string;
};
