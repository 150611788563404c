import { xmlText } from './cells.ts';

// The parts of a workbook that name and dress its sheets (ECMA-376).

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Where the n-th sheet (from 1) stands in the archive. */
export const sheetPath = (number: number) => `xl/worksheets/sheet${number}.xml`;

type Part = { readonly name: string; readonly content: Buffer };

/** All parts but the sheets themselves, whose names are given in their order. */
export function workbookParts(sheetNames: readonly string[]): Part[] {
  const part = (name: string, xml: string): Part => ({ name, content: Buffer.from(head + xml) });
  return [
    part('xl/workbook.xml', workbook(sheetNames)),
    part('xl/_rels/workbook.xml.rels', workbookRelations(sheetNames.length)),
    part('xl/styles.xml', styleSheet),
    part('_rels/.rels', relations([`Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"`])),
    part('[Content_Types].xml', contentTypes(sheetNames.length)),
  ];
}

function workbook(names: readonly string[]): string {
  const sheets = names.map((name, index) => {
    const shown = xmlText(name).replaceAll('"', '&quot;');
    return `<sheet name="${shown}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`;
  });
  return `<workbook xmlns="${main}" xmlns:r="${office}"><bookViews><workbookView activeTab="0"/></bookViews><sheets>${sheets.join('')}</sheets></workbook>`;
}

function workbookRelations(count: number): string {
  const sheets = Array.from({ length: count }, (_, index) => {
    return `Id="rId${index + 1}" Type="${office}/worksheet" Target="worksheets/sheet${index + 1}.xml"`;
  });
  return relations([...sheets, `Id="rId${count + 1}" Type="${office}/styles" Target="styles.xml"`]);
}

function relations(all: readonly string[]): string {
  return `<Relationships xmlns="${packages}/relationships">${all.map((one) => `<Relationship ${one}/>`).join('')}</Relationships>`;
}

function contentTypes(count: number): string {
  const override = (path: string, type: string) => `<Override PartName="/${path}" ContentType="${types}.${type}+xml"/>`;
  const sheets = Array.from({ length: count }, (_, index) => override(sheetPath(index + 1), 'worksheet'));
  return (
    `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
    `<Default Extension="xml" ContentType="application/xml"/>${override('xl/workbook.xml', 'sheet.main')}${override('xl/styles.xml', 'styles')}${sheets.join('')}</Types>`
  );
}

/** The cell formats in the order of `styles` (cells.ts): plain, header, title, amounts with 0, 2 and 3 decimals, instant. */
const styleSheet =
  `<styleSheet xmlns="${main}">` +
  '<numFmts count="2"><numFmt numFmtId="164" formatCode="#,##0.000"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>' +
  '<fonts count="3"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>' +
  '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="14"/><name val="Calibri"/><family val="2"/></font></fonts>' +
  '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
  '<fill><patternFill patternType="solid"><fgColor rgb="FFE3EBF5"/><bgColor indexed="64"/></patternFill></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>' +
  '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>' +
  [3, 4, 164, 165]
    .map((format) => `<xf numFmtId="${format}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`)
    .join('') +
  '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';
