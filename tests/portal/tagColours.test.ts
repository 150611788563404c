import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const web = 'src/portal/web';

/** Of the library's tags the text is too faint on its ground in the others: app.css mends green and gold. */
it('tags have colours whose text can be read', () => {
  const faint = readdirSync(web, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.includes('.generated.'))
    .filter((path) =>
      /['"](orange|volcano|cyan|lime|magenta|purple|geekblue|yellow)['"]/.test(readFileSync(join(web, path), 'utf8')),
    );
  expect(faint).toEqual([]);
});
