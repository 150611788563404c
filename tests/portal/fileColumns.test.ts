import { describe, expect, it } from 'vitest';
import { metricColumns } from '../../src/agents/metrics.ts';
import { priceFloorKind } from '../../src/conflicts/priceFloorRows.ts';
import * as portal from '../../src/portal/web/pages/imports/columns.ts';
import { eventFileColumns } from '../../src/sales/columns.ts';
import { resultColumns } from '../../src/training/resultRows.ts';

// The portal imports nothing of the server: what it asks of a file is written there again, and must be the same.
describe('the columns of a file are those of the command line', () => {
  it.each([
    ['sales events', portal.eventColumns, eventFileColumns],
    ['values of metrics', portal.metricColumns, metricColumns],
    ['results of training', portal.trainingColumns, resultColumns],
    ['price floors', portal.priceFloorColumns, priceFloorKind.fileColumns],
  ])('%s', (_what, { known, needed }, { names, required }) => {
    expect(known).toEqual(names);
    expect(needed).toEqual(required);
  });
});
