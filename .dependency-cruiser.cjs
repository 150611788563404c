// The import rules of docs/architecture.md, §"Who may import whom".
module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'A circle has no order in which to understand it.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'src-knows-no-clients',
      comment: 'The API and the jobs stand above src/; bin/tributary.js puts them together.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(schema|jobs|tests)/' },
    },
    {
      name: 'jobs-and-schema-apart',
      severity: 'error',
      from: { path: '^(schema|jobs)/' },
      to: { path: '^(jobs|schema|tests)/', pathNot: '^$1/' },
    },
    {
      name: 'engine-is-pure',
      comment: 'What plans mean is tested without a database: pure files import money, periods, types and one another.',
      severity: 'error',
      from: {
        path: '^src/(commissions/engine/|commissions/definitions\\.ts|statements/statement\\.ts|money\\.ts|period\\.ts)',
      },
      to: {
        pathNot: [
          '^src/(commissions/engine/|commissions/definitions\\.ts|money\\.ts|period\\.ts|sales/eventTypes\\.ts)',
          '^node_modules/(decimal\\.js|temporal-polyfill|temporal-spec)',
          '^buffer$',
        ],
      },
    },
    {
      name: 'judging-is-pure',
      comment:
        'How scores, tiers, bands and ranks come about, and how they are explained, is tested without a database.',
      severity: 'error',
      from: {
        path: '^src/(scorecards/(scoring|peers|points|quotients|explain\\w+|template|scoreStates|appealScores|reviewFigures)|tiers/(evaluate|scheme|missing|explain\\w+)|loyalty/(bands|grid)|awards/(ranking|rule))\\.ts$',
      },
      to: {
        pathNot: [
          '^src/(scorecards/(scoring|peers|points|quotients|explain\\w+|template|appealScores)|tiers/(evaluate|scheme|missing|explain\\w+|tables)|loyalty/grid|awards/rule|agents/metricWindow|commissions/engine/fraction|errors|money)\\.ts$',
        ],
      },
    },
    {
      name: 'journal-is-pure',
      comment: 'What an amount is in the books is tested without a database.',
      severity: 'error',
      from: { path: '^src/journal/(entries|postings|movements)\\.ts$' },
      to: { pathNot: '^src/(journal/(entries|postings)|settlement/policy|commissions/lineId|money)\\.ts$' },
    },
    {
      name: 'money-is-configured-once',
      comment: 'Decimal comes from src/money.ts, which sets its precision.',
      severity: 'error',
      from: { path: '^(src|schema|jobs)/', pathNot: '^src/money\\.ts$' },
      to: { path: 'node_modules/decimal\\.js' },
    },
    {
      name: 'database-knows-no-services',
      comment: 'src/db serves the capabilities; only schema.ts gathers their tables.',
      severity: 'error',
      from: { path: '^src/db/', pathNot: '^src/db/schema\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(db/|errors\\.ts|config\\.ts)' },
    },
    {
      name: 'portal-is-a-client',
      comment: 'The browser app knows the server by its API alone, and the server the app by what is built of it.',
      severity: 'error',
      from: { path: '^src/portal/web/' },
      to: { path: '^(src|schema|jobs)/', pathNot: '^src/portal/web/' },
    },
    {
      name: 'server-knows-no-pages',
      severity: 'error',
      from: { path: '^(src|schema|jobs)/', pathNot: '^src/portal/web/' },
      to: { path: '^src/portal/web/' },
    },
    {
      name: 'command-line-on-top',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
