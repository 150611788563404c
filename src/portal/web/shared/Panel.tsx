import { type CSSProperties, type ReactNode, useId } from 'react';

type PanelProps = {
  readonly title?: ReactNode;
  /** At the end of the heading's line. */
  readonly extra?: ReactNode;
  readonly style?: CSSProperties;
  readonly children: ReactNode;
};

/** A part of a page in a frame of its own. Light: the library's card brings tabs and menus with it, which the first view has no use for. */
export function Panel({ title, extra, style, children }: PanelProps) {
  const id = useId();
  if (!title) {
    return (
      <div className="panel" style={style}>
        {children}
      </div>
    );
  }
  return (
    <section className="panel" style={style} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {extra}
      </div>
      {children}
    </section>
  );
}
