import type { BankFileModel } from './bankFileModel.ts';
import { layoutFile } from './layoutFile.ts';
import { pain001 } from './pain001.ts';

/** The format that all banks read; any other is the code of a layout of the settlement policy. */
export const isoFormat = 'pain.001.001.09';

/** The bytes of a bank file: ISO 20022, or the columns of a bank's own layout (DOMAIN.md §11). Pure. */
export function makeBankFile(model: BankFileModel): Buffer {
  return model.layout === null ? pain001(model) : layoutFile(model, model.layout);
}

/** What a bank file is called and is. */
export function bankFileName(batchCode: string, format: string): { fileName: string; mediaType: string } {
  if (format === isoFormat) return { fileName: `${batchCode}.xml`, mediaType: 'application/xml' };
  return { fileName: `${batchCode}.csv`, mediaType: 'text/csv' };
}
