import { App, Button, Form, Input, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCurrency, useMe } from '../../app/session.tsx';
import { newKey, useChange, useRead } from '../../graphql/hooks.ts';
import { FileUpload } from '../../shared/FileUpload.tsx';
import { Panel } from '../../shared/Panel.tsx';
import { rowsOf } from '../../shared/pages.ts';
import { type Paper, paperPath, paperTypes } from '../../shared/SettlementPaper.tsx';
import { Faults } from '../../shared/states.tsx';
import { Amount, InstantText } from '../../shared/values.tsx';
import { CasePageEvidenceDocument, CasePagePapersDocument } from './CasePage.generated.ts';
import { SideChoice, useSpeaks } from './speaking.tsx';
import type { CaseShown } from './types.ts';

/** What was brought, and what one brings oneself. */
export function Evidence({ found }: { readonly found: CaseShown }) {
  const { t } = useTranslation('conflicts');
  const speaks = useSpeaks(found);
  return (
    <>
      <h2>{t('evidence')}</h2>
      {found.evidence.length === 0 && <p className="quiet">{t('noEvidence')}</p>}
      <ul className="cards" aria-label={t('evidence')}>
        {found.evidence.map(({ at, by, kind, agentCode, text, event, price, currency, documentPath }) => (
          <li key={`${at}${kind}${text}`}>
            <p className="quiet" style={{ margin: 0 }}>
              <Tag>{t(`evidenceKind.${kind}`)}</Tag> {agentCode ?? t('staff')} {by && `· ${by}`} ·{' '}
              <InstantText value={at} />
            </p>
            <p className="said">{text}</p>
            {event && <p>{event}</p>}
            {price && <Amount value={price} {...(currency && { currency })} />}
            {documentPath && <a href={documentPath}>{t('openPaper')}</a>}
          </li>
        ))}
      </ul>
      {speaks && <Bring key={found.evidence.length} found={found} />}
    </>
  );
}

const kinds = ['NOTE', 'EVENT', 'PRICE', 'DOCUMENT'] as const;
type Fields = { readonly kind: (typeof kinds)[number] } & Partial<
  Record<'text' | 'agentCode' | 'source' | 'externalId' | 'price' | 'currency' | 'documentId', string>
>;

/** Shown anew, and empty, after something was brought. */
function Bring({ found }: { readonly found: CaseShown }) {
  const { t } = useTranslation('conflicts');
  const { message } = App.useApp();
  const { agentCode } = useMe();
  const ownCurrency = useCurrency();
  const [form] = Form.useForm<Fields>();
  const [idempotencyKey] = useState(newKey);
  const { mutateAsync, isPending, error } = useChange(CasePageEvidenceDocument);
  const kind = Form.useWatch('kind', form) ?? 'NOTE';
  const side = Form.useWatch('agentCode', form) ?? agentCode ?? undefined;
  const submit = async (fields: Fields) => {
    const { source = '', externalId = '', price = '', currency = ownCurrency, documentId = null } = fields;
    const result = await mutateAsync({
      caseId: found.id,
      kind,
      text: fields.text?.trim() ?? '',
      agentCode: fields.agentCode || null,
      ...(kind === 'EVENT' && { event: { source: source.trim(), externalId: externalId.trim() } }),
      ...(kind === 'PRICE' && { price: price.trim(), currency }),
      ...(kind === 'DOCUMENT' && { documentId }),
      idempotencyKey,
    }).catch(() => undefined);
    if (result) message.success(t('common:done'));
  };
  return (
    <Panel title={t('bring')} style={{ marginTop: 12 }}>
      <Form<Fields> form={form} name="evidence" layout="vertical" initialValues={{ kind: 'NOTE' }} onFinish={submit}>
        <SideChoice found={found} />
        <Form.Item name="kind" label={t('evidenceKind.title')}>
          <Select options={kinds.map((value) => ({ value, label: t(`evidenceKind.${value}`) }))} />
        </Form.Item>
        <KindFields kind={kind} side={side} />
        <Form.Item
          name="text"
          label={t('whatItShows')}
          rules={[{ required: true, whitespace: true, message: t('common:required') }]}
        >
          <Input.TextArea rows={3} maxLength={2000} />
        </Form.Item>
        <Faults error={error} />
        <Button type="primary" htmlType="submit" loading={isPending}>
          {t('bring')}
        </Button>
      </Form>
    </Panel>
  );
}

function KindFields({ kind, side }: { readonly kind: Fields['kind']; readonly side: string | undefined }) {
  const { t } = useTranslation('conflicts');
  const needed = [{ required: true, whitespace: true, message: t('common:required') }];
  if (kind === 'DOCUMENT') return <PaperChoice side={side} />;
  if (kind === 'EVENT') {
    return (['source', 'externalId'] as const).map((name) => (
      <Form.Item key={name} name={name} label={t(name)} rules={needed}>
        <Input autoComplete="off" />
      </Form.Item>
    ));
  }
  if (kind === 'NOTE') return null;
  return (
    <Form.Item
      name="price"
      label={t('price')}
      rules={[...needed, { pattern: /^\s*\d+(\.\d+)?\s*$/, message: t('amountInvalid') }]}
    >
      <Input inputMode="decimal" autoComplete="off" />
    </Form.Item>
  );
}

/** Papers of the party: chosen among those that are there, or uploaded now. */
function PaperChoice({ side }: { readonly side: string | undefined }) {
  const { t } = useTranslation('conflicts');
  const form = Form.useFormInstance<Fields>();
  const [brought, setBrought] = useState<Paper>();
  const { data, error } = useRead(CasePagePapersDocument, { agentCode: side ?? '' }, { skip: !side });
  const papers = rowsOf(data?.documents).filter(({ subject }) => subject !== 'APPLICATION');
  // What was just uploaded has its name before the list is read anew.
  const isListed = papers.some(({ id }) => id === brought?.id);
  const options = [
    ...(brought && !isListed ? [{ value: brought.id, label: brought.fileName }] : []),
    ...papers.map(({ id, fileName, kind }) => ({ value: id, label: `${fileName} (${kind})` })),
  ];
  return (
    <>
      <Faults error={error} />
      <Form.Item
        name="documentId"
        label={t('paper')}
        extra={t('paperHint')}
        rules={[{ required: true, message: t('common:required') }]}
      >
        <Select notFoundContent={t('noPapers')} options={options} />
      </Form.Item>
      <Form.Item>
        <FileUpload<Paper>
          label={t('uploadPaper')}
          path={paperPath(side ?? '', 'EVIDENCE')}
          accept={paperTypes}
          disabled={!side}
          onDone={({ id, fileName }) => {
            setBrought({ id, fileName });
            form.setFieldValue('documentId', id);
          }}
        />
      </Form.Item>
    </>
  );
}
