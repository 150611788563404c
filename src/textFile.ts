import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/**
 * The text of a file that somebody sends, without a byte order mark: UTF-8; UTF-16 where it says so by its mark; else GB18030, which Chinese
 * banks and spreadsheets write. Pure.
 */
export function decodeTextFile(content: Buffer): string {
  const isUtf16 = content.length >= 2 && [0xfffe, 0xfeff].includes(content.readUInt16BE(0));
  return iconv.decode(content, isUtf16 ? 'utf-16' : isUtf8(content) ? 'utf-8' : 'gb18030');
}
