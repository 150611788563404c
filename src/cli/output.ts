import { Presets, SingleBar } from 'cli-progress';
import { beginsWithPlace, UserError, UserErrors } from '../errors.ts';

// What the commands print: answers on standard output (as JSON where asked for), everything else on standard error.

export type Output = {
  /** The answer: `value` as JSON, or what `describe` makes of it for a person. */
  answer<Value>(value: Value, describe: (value: Value) => string): void;
  /** A remark on the way. */
  note(text: string): void;
  progress(title: string): ProgressDisplay;
};

type ProgressDisplay = {
  /** @param percent 0 to 100 */
  update(percent: number, text: string): void;
  end(): void;
};

/** @param json whether answers are printed as JSON and remarks left out */
export function createOutput(json: boolean): Output {
  return {
    answer: (value, describe) => {
      process.stdout.write(`${json ? JSON.stringify(value, null, 2) : describe(value)}\n`);
    },
    note: (text) => {
      if (!json) process.stderr.write(`${text}\n`);
    },
    progress: (title) => (process.stderr.isTTY ? progressBar(title) : progressLines(title, json)),
  };
}

function progressBar(title: string): ProgressDisplay {
  const bar = new SingleBar(
    { format: `${title} {bar} {percentage}% {text}`, hideCursor: true, clearOnComplete: false, stream: process.stderr },
    Presets.shades_classic,
  );
  bar.start(100, 0, { text: '' });
  return {
    update: (percent, text) => bar.update(Math.floor(percent), { text }),
    end: () => bar.stop(),
  };
}

/** Where nobody watches a terminal: a line for each new step, none for the same step again. */
function progressLines(title: string, silent: boolean): ProgressDisplay {
  let last = '';
  return {
    update: (percent, text) => {
      const decile = `${Math.floor(percent / 10) * 10}%`;
      const step = `${decile} ${text.replaceAll(/\d/g, '')}`;
      if (!silent && step !== last) process.stderr.write(`${title} ${decile} ${text}\n`);
      last = step;
    },
    end: () => {},
  };
}

/** Columns of text, the numeric ones (named) aligned to the right. */
export function table(
  rows: readonly Readonly<Record<string, string | number | null>>[],
  right: readonly string[] = [],
): string {
  const [first] = rows;
  if (!first) return '(none)';
  const columns = Object.keys(first);
  const cell = (row: (typeof rows)[number], column: string) => String(row[column] ?? '');
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => cell(row, column).length)));
  const line = (texts: string[]) =>
    texts
      .map((text, index) =>
        right.includes(columns[index] ?? '') ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [
    line(columns),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map((row) => line(columns.map((column) => cell(row, column)))),
  ].join('\n');
}

/** What a person or a program is told about an error. */
export function describeError(error: unknown, json: boolean): string {
  const errors = error instanceof UserErrors ? error.errors : error instanceof UserError ? [error] : undefined;
  if (!errors) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return json ? JSON.stringify({ errors: [{ code: 'INTERNAL', message }] }) : message;
  }
  const described = errors.map(({ code, message, at, remedy }) => ({ code, at: at ?? null, message, remedy }));
  if (json) return JSON.stringify({ errors: described }, null, 2);
  return described
    .map(({ code, at, message, remedy }) => {
      const place = at !== null && !beginsWithPlace(message, at) ? ` at ${at}` : '';
      return `${code}${place}: ${message}\n  → ${remedy}`;
    })
    .join('\n');
}
