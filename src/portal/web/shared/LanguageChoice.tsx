import { GlobalOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { languages } from '../app/texts.ts';

/** Changes to the other language. */
export function LanguageChoice() {
  const { i18n } = useTranslation();
  const other = i18n.language === 'zh' ? 'en' : 'zh';
  return (
    <Button type="text" icon={<GlobalOutlined />} lang={other} onClick={() => i18n.changeLanguage(other)}>
      {languages[other]}
    </Button>
  );
}
