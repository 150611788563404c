import { lazy, Suspense } from 'react';
import type { ChartOptions } from './EChart.tsx';

const EChart = lazy(() => import('./EChart.tsx').then((module) => ({ default: module.EChart })));

/**
 * A chart, loaded after everything else; its place is kept. `label` says in words what it shows: give the figures as a table or as text
 * besides, for those who do not see it.
 */
export function Chart({
  label,
  options,
  height = 260,
}: {
  readonly label: string;
  readonly options: ChartOptions;
  readonly height?: number;
}) {
  return (
    <div role="img" aria-label={label} className="chart" style={{ height }}>
      <Suspense fallback={null}>
        <EChart options={options} height={height} />
      </Suspense>
    </div>
  );
}
