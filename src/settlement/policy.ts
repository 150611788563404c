// What a version of the settlement policy says. All decimals in it as text.

/** Who stands at the top of statements. */
export type Letterhead = {
  readonly name: string;
  readonly lines: readonly string[];
};

/** The most that a role may decide in a dispute, as an absolute amount in a currency; a currency without a limit is not its to decide. */
export type DecisionLimit = {
  readonly role: 'CHANNEL_MANAGER' | 'FINANCE';
  readonly currency: string;
  readonly amount: string;
};

/** An account of the operator's that payments leave from. */
export type DebtorAccount = {
  readonly code: string;
  readonly currency: string;
  readonly holderName: string;
  /** IBAN where the country has them, else the number as the bank writes it. */
  readonly account: string;
  readonly iban: boolean;
  readonly bankName?: string | undefined;
  readonly bic?: string | undefined;
  readonly clearingCode?: string | undefined;
};

export const bankFields = [
  'sequence',
  'endToEndId',
  'account',
  'holderName',
  'bankName',
  'bic',
  'clearingCode',
  'amount',
  'currency',
  'agentCode',
  'purpose',
  'debtorAccount',
  'executesOn',
] as const;
export type BankField = (typeof bankFields)[number];

/** A bank's own file: which columns it wants. A column is a field of the payment, or always the same text. */
export type BankLayout = {
  readonly code: string;
  readonly columns: readonly {
    readonly header: string;
    readonly field?: BankField | undefined;
    readonly text?: string | undefined;
  }[];
  readonly delimiter: string;
  readonly withHeader: boolean;
  readonly encoding: 'UTF-8' | 'GB18030';
  readonly lineEnd: 'LF' | 'CRLF';
};

/** What a journal entry is for. */
export const journalEntryKinds = [
  'EXPENSE',
  'CLAWBACK',
  'RETRO',
  'ADJUSTMENT',
  'PENALTY',
  'PAYABLE',
  'WITHHELD',
  'TAX',
  'RECEIVABLE',
  'INPUT_VAT',
  'BANK',
  'DEPOSIT',
] as const;
export type JournalEntryKind = (typeof journalEntryKinds)[number];

/** Which account an entry goes to. The first rule that fits counts; what a rule does not name, fits. */
export type JournalRule = {
  readonly entry: JournalEntryKind;
  readonly account: string;
  readonly costCentre?: string | undefined;
  readonly plan?: string | undefined;
  /** Of the plan, or the pool. */
  readonly component?: string | undefined;
  readonly channelType?: string | undefined;
  readonly currency?: string | undefined;
};

/** The steps of a close that the database can tell by itself. */
export const automaticSteps = [
  'EVENTS_COMPLETE',
  'CONFLICTS_SETTLED',
  'SCORES_FINAL',
  'RUN_CALCULATED',
  'CHECKS_GREEN',
  'RUN_APPROVED',
  'STATEMENTS_ISSUED',
  'EXPORTS_MADE',
  'BANK_FILE_MADE',
] as const;
export type AutomaticStep = (typeof automaticSteps)[number];

/** A step of a month's close: one that the database tells, or one that somebody ticks off. */
export type ChecklistStep = {
  readonly code: string;
  readonly name: string;
  readonly automatic?: AutomaticStep | undefined;
  /** Whether the period cannot be locked without it. */
  readonly required: boolean;
};

export type SettlementPolicyDefinition = {
  /** After how many days a statement counts as confirmed. */
  readonly confirmDays: number;
  /** For how many days after its issue a statement can be disputed. */
  readonly disputeDays: number;
  /** Within how many days a dispute is to be decided. */
  readonly decisionDays: number;
  readonly decisionLimits: readonly DecisionLimit[];
  readonly letterhead: Letterhead | null;
  readonly debtorAccounts: readonly DebtorAccount[];
  readonly bankLayouts: readonly BankLayout[];
  readonly journal: readonly JournalRule[];
  readonly checklist: readonly ChecklistStep[];
};

/** The checklist of an operator that wrote none. */
export const defaultChecklist: readonly ChecklistStep[] = [
  { code: 'EVENTS', name: 'Sales events are complete', required: true },
  { code: 'CONFLICTS', name: 'Conflicts of the period are settled', automatic: 'CONFLICTS_SETTLED', required: true },
  { code: 'SCORES', name: 'Scores are final', automatic: 'SCORES_FINAL', required: true },
  { code: 'RUN', name: 'The run is calculated', automatic: 'RUN_CALCULATED', required: true },
  { code: 'CHECKS', name: 'The checks of the run hold', automatic: 'CHECKS_GREEN', required: true },
  { code: 'APPROVAL', name: 'The run is approved', automatic: 'RUN_APPROVED', required: true },
  { code: 'STATEMENTS', name: 'Statements are issued', automatic: 'STATEMENTS_ISSUED', required: true },
  { code: 'EXPORTS', name: 'Exports are made', automatic: 'EXPORTS_MADE', required: true },
  { code: 'JOURNAL', name: 'The journal is posted', required: true },
  { code: 'BANK_FILE', name: 'The bank file is made', automatic: 'BANK_FILE_MADE', required: true },
];
