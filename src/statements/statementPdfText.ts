import type { AdjustmentRow, StatementPart } from './statementModel.ts';

// What stands on a statement besides its figures, in Chinese and English.

export const statementLanguages = ['zh', 'en'] as const;
export type StatementLanguage = (typeof statementLanguages)[number];

export type StatementText = {
  readonly title: string;
  readonly draft: string;
  readonly notIssued: string;
  readonly number: string;
  readonly period: string;
  readonly issuedOn: string;
  readonly confirmsOn: string;
  readonly disputableUntil: string;
  readonly currency: string;
  readonly agent: string;
  readonly payee: string;
  readonly account: string;
  readonly summary: string;
  readonly returned: string;
  readonly invoiced: string;
  readonly net: string;
  readonly vat: (percent: string, included: boolean) => string;
  readonly gross: string;
  readonly chart: string;
  readonly components: string;
  readonly component: string;
  readonly lines: string;
  readonly total: string;
  readonly noComponents: string;
  readonly adjustmentsTitle: string;
  readonly reason: string;
  readonly kind: string;
  readonly amount: string;
  readonly heldTitle: string;
  readonly heldNote: string;
  readonly caseCode: string;
  readonly credits: string;
  readonly carried: string;
  readonly page: (page: number, pages: number) => string;
  readonly linesHash: string;
  readonly parts: Readonly<Record<StatementPart, string>>;
  readonly kinds: Readonly<Record<AdjustmentRow['kind'], string>>;
  readonly byHand: string;
  readonly correctionOf: (period: string) => string;
};

export const statementText: Readonly<Record<StatementLanguage, StatementText>> = {
  zh: {
    title: '酬金结算单',
    draft: '草稿（未审批）',
    notIssued: '未出具',
    number: '结算单号',
    period: '结算期间',
    issuedOn: '出具日期',
    confirmsOn: '自动确认日',
    disputableUntil: '申诉截止（不含当日）',
    currency: '币种',
    agent: '代理商',
    payee: '收款人',
    account: '收款账户',
    summary: '结算汇总',
    returned: '其中银行退回',
    invoiced: '应开票金额（价税合计）',
    net: '不含税金额',
    vat: (percent, included) => `增值税 ${percent}%${included ? '（价内）' : '（价外）'}`,
    gross: '价税合计',
    chart: '最近十二个月应付金额',
    components: '酬金科目',
    component: '科目',
    lines: '明细数',
    total: '合计',
    noComponents: '本期没有酬金明细。',
    adjustmentsTitle: '调整事项',
    reason: '原因',
    kind: '类别',
    amount: '金额',
    heldTitle: '争议暂扣（不计入本期）',
    heldNote: '下列业绩因渠道冲突暂未结算，金额按封顶和分期之前计算，裁定后另行入账。',
    caseCode: '冲突单号',
    credits: '笔数',
    carried: '本期不付款，余额结转下期。',
    page: (page, pages) => `第 ${page} 页，共 ${pages} 页`,
    linesHash: '明细校验值 SHA-256',
    parts: {
      opening: '期初余额',
      earned: '本期酬金',
      released: '释放（延付、质保金）',
      withheld: '预留（延付、质保金）',
      clawedBack: '扣回',
      adjustments: '调整',
      tax: '代扣税款',
      closing: '期末余额',
      payable: '应付金额',
    },
    kinds: {
      PENALTY: '违规扣罚',
      PRICE_DIFFERENCE: '低于限价差额',
      REVERSED: '冲回',
      CORRECTION: '更正',
      RETRO: '往期更正',
    },
    byHand: '人工调整',
    correctionOf: (period) => `${period} 重新核算的差额`,
  },
  en: {
    title: 'Commission statement',
    draft: 'Draft, not approved',
    notIssued: 'Not issued',
    number: 'Statement',
    period: 'Period',
    issuedOn: 'Issued on',
    confirmsOn: 'Counts as confirmed on',
    disputableUntil: 'Disputable before',
    currency: 'Currency',
    agent: 'Agent',
    payee: 'Paid to',
    account: 'Account',
    summary: 'Summary',
    returned: 'of which returned by the bank',
    invoiced: 'To be invoiced, gross',
    net: 'Net',
    vat: (percent, included) => `VAT ${percent}%${included ? ' (included)' : ''}`,
    gross: 'Gross',
    chart: 'Payable over the last twelve months',
    components: 'Components',
    component: 'Component',
    lines: 'Lines',
    total: 'Total',
    noComponents: 'No commission lines in this period.',
    adjustmentsTitle: 'Adjustments',
    reason: 'Reason',
    kind: 'Kind',
    amount: 'Amount',
    heldTitle: 'Held by conflicts (no part of this statement)',
    heldNote:
      'Not settled while a channel conflict is open; amounts are before caps and instalments and are booked once it is decided.',
    caseCode: 'Case',
    credits: 'Credits',
    carried: 'Nothing is paid for this period; the balance is carried to the next.',
    page: (page, pages) => `Page ${page} of ${pages}`,
    linesHash: 'SHA-256 of the lines',
    parts: {
      opening: 'Opening balance',
      earned: 'Earned',
      released: 'Released',
      withheld: 'Withheld',
      clawedBack: 'Clawed back',
      adjustments: 'Adjustments',
      tax: 'Tax withheld',
      closing: 'Closing balance',
      payable: 'Payable',
    },
    kinds: {
      PENALTY: 'Penalty',
      PRICE_DIFFERENCE: 'Difference to floor price',
      REVERSED: 'Taken back',
      CORRECTION: 'Correction',
      RETRO: 'Correction of an earlier period',
    },
    byHand: 'Adjustments by hand',
    correctionOf: (period) => `Difference after ${period} was calculated again`,
  },
};
