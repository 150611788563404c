import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { unzipSync } from 'fflate';

/** The files of a ZIP file by their names, as another program reads them. */
export function unzip(zip: Buffer): Map<string, Buffer> {
  return new Map(Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, Buffer.from(bytes)]));
}

/** The names of the files whose checksum in the directory of a ZIP file is not that of their bytes. */
export function damagedIn(zip: Buffer): string[] {
  const files = unzip(zip);
  const damaged: string[] = [];
  let place = zip.readUInt32LE(zip.lastIndexOf('PK\x05\x06') + 16);
  while (zip.readUInt32LE(place) === 0x02014b50) {
    const nameEnd = place + 46 + zip.readUInt16LE(place + 28);
    const name = zip.subarray(place + 46, nameEnd).toString();
    if (crc32(files.get(name) ?? Buffer.alloc(0)) !== zip.readUInt32LE(place + 16)) damaged.push(name);
    place = nameEnd + zip.readUInt16LE(place + 30) + zip.readUInt16LE(place + 32);
  }
  return damaged;
}

/** The SHA-256 of each file. */
export const hashesOf = (files: Readonly<Record<string, Buffer>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
  );
