import type { SimulationResultQuery } from './Simulation.generated.ts';

/** What the page is about, as its query answers it. */
export type Simulated = Extract<SimulationResultQuery['simulate'], { __typename: 'Simulation' }>;
