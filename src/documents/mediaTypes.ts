import { UserError } from '../errors.ts';

// Which kinds of files are kept, and how their first bytes give them away. Pure.

/** How many of the first bytes {@link checkMediaType} looks at. */
export const telltaleBytes = 64;

const office = 'application/vnd.openxmlformats-officedocument';

/** By media type, what the file must begin with. */
const beginnings: Readonly<Record<string, (first: Buffer) => boolean>> = {
  'application/pdf': (first) => first.subarray(0, 5).toString('latin1') === '%PDF-',
  'image/png': (first) => first.subarray(0, 8).toString('hex') === '89504e470d0a1a0a',
  'image/jpeg': (first) => first.subarray(0, 3).toString('hex') === 'ffd8ff',
  [`${office}.wordprocessingml.document`]: (first) => isOffice(first, 'word/'),
  [`${office}.spreadsheetml.sheet`]: (first) => isOffice(first, 'xl/'),
  [`${office}.presentationml.presentation`]: (first) => isOffice(first, 'ppt/'),
};

/** The media types that are kept. */
const mediaTypes: readonly string[] = Object.keys(beginnings);

/** An Office file is a zip archive whose first entry has one of a few names. */
function isOffice(first: Buffer, folder: string): boolean {
  if (first.subarray(0, 4).toString('hex') !== '504b0304' || first.length < 30) return false;
  const name = first.subarray(30, 30 + first.readUInt16LE(26)).toString('latin1');
  return ['[Content_Types].xml', '_rels/', 'docProps/', folder].some((start) => name.startsWith(start));
}

/**
 * The media type of a file: what was declared, if that is kept here and the first bytes bear it out.
 * @throws UserError DOCUMENT_TYPE_UNFIT, DOCUMENT_EMPTY.
 */
export function checkMediaType(declared: string, first: Buffer): string {
  const type = declared.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (first.length === 0) throw new UserError('DOCUMENT_EMPTY', 'The file is empty.', 'body');
  const matches = Object.hasOwn(beginnings, type) ? beginnings[type] : undefined;
  if (!matches) {
    const message = `Files of the type "${type.slice(0, 100)}" are not kept; ${mediaTypes.join(', ')} are.`;
    throw new UserError('DOCUMENT_TYPE_UNFIT', message, 'Content-Type');
  }
  if (!matches(first)) throw new UserError('DOCUMENT_TYPE_UNFIT', `The content is not ${type}.`, 'body');
  return type;
}
