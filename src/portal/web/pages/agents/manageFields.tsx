import { Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dayBeside } from '../../shared/format.ts';

// Fields of the dialogs in which a channel manager changes what is on file of an agent: texts, as the API takes them.

export type Fields = Readonly<Record<string, string | undefined>>;
/** What was written, without blanks around it; null where nothing was. */
export const given = (text: string | undefined) => text?.trim() || null;

/** The API's end of a span whose last day is told. */
export const endAfter = (lastDay: string | undefined) => (lastDay ? dayBeside(lastDay, 1) : null);

type FieldProps = {
  readonly name: string;
  readonly label: string;
  readonly optional?: boolean;
  readonly initial?: string | null;
};

/** A field of a dialog; what it is filled in with is its child. */
export function Field({ name, label, optional, initial, children }: FieldProps & { readonly children: ReactNode }) {
  const { t } = useTranslation('agents');
  return (
    <Form.Item
      name={name}
      label={optional ? `${label} (${t('common:optional')})` : label}
      {...(initial != null && { initialValue: initial })}
      rules={[{ required: !optional, whitespace: true, message: t('common:required') }]}
    >
      {children}
    </Form.Item>
  );
}

export function TextField(props: FieldProps) {
  return (
    <Field {...props}>
      <Input maxLength={200} autoComplete="off" />
    </Field>
  );
}

export function DayField(props: FieldProps) {
  return (
    <Field {...props}>
      <Input type="date" />
    </Field>
  );
}

export function NumberField({ pattern, ...props }: FieldProps & { readonly pattern: RegExp }) {
  const { t } = useTranslation('agents');
  return (
    <Form.Item
      name={props.name}
      label={`${props.label} (${t('common:optional')})`}
      normalize={(text: string) => text.trim()}
      rules={[{ pattern, message: t('numberInvalid') }]}
    >
      <Input inputMode="decimal" autoComplete="off" />
    </Form.Item>
  );
}
