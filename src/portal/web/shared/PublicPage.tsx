import { type ReactNode, useEffect } from 'react';
import { LanguageChoice } from './LanguageChoice.tsx';
import { Panel } from './Panel.tsx';

type PublicPageProps = {
  readonly title: string;
  readonly lead: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
};

/** A page for those who are not signed in. */
export function PublicPage({ title, lead, wide, children }: PublicPageProps) {
  useEffect(() => {
    document.title = `${title} · Tributary`;
  }, [title]);
  return (
    <main className="full-page">
      <Panel style={{ width: `min(${wide ? 760 : 400}px, 100%)` }}>
        <div className="panel-head">
          <h1>{title}</h1>
          <LanguageChoice />
        </div>
        <p className="quiet">{lead}</p>
        {children}
      </Panel>
    </main>
  );
}
