// How a text is broken into lines. Pure, but for how wide texts are.

/** What may stand alone: a run of Latin letters and digits with the spaces behind it, or one other character. */
const words = /[!-~\u00a0-\u024f]+ *| +|./gsu;
const neverFirst = /^[，。、；：！？）》」』】”’…]/u;

/**
 * Breaks a text where it no longer fits: Latin text between words, Chinese between any two characters, never before a closing mark. A word
 * wider than a line is broken inside; what does not fit into `mostLines` ends with "…".
 */
export function breakLines(
  text: string,
  width: number,
  widthOf: (text: string) => number,
  mostLines = Number.POSITIVE_INFINITY,
): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of (text.match(words) ?? []).flatMap((part) => cutWord(part, width, widthOf))) {
    if (line === '' || widthOf((line + word).trimEnd()) <= width || neverFirst.test(word)) {
      line += line === '' ? word.trimStart() : word;
      continue;
    }
    lines.push(line.trimEnd());
    line = word.trimStart();
  }
  if (line !== '') lines.push(line.trimEnd());
  if (lines.length <= mostLines) return lines;
  const last = lines[mostLines - 1] ?? '';
  return [...lines.slice(0, mostLines - 1), shorten(`${last}…`, width, widthOf)];
}

function cutWord(word: string, width: number, widthOf: (text: string) => number): string[] {
  if (word.length < 2 || widthOf(word.trimEnd()) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && widthOf(piece + character) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}

function shorten(text: string, width: number, widthOf: (text: string) => number): string {
  const characters = [...text];
  while (characters.length > 1 && widthOf(characters.join('')) > width) characters.splice(-2, 1);
  return characters.join('');
}
