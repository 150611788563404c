/** A programme with every component kind, every modifier and every kind of conflict rule; to be applied after the small programme, whose codes it uses. */
export const everything = `
campaigns: [{ code: AUTUMN, name: Autumn, startsOn: 2026-09-01, endsOn: 2026-12-01 }]
exchangeRates:
  - { currency: USD, into: CNY, from: 2026-09-01, rate: 7.1 }
  - { currency: USD, into: CNY, from: 2026-10-01, to: 2026-11-01, rate: 7.0950 }
  - { currency: CNY, into: USD, from: 2026-09-01, rate: 0.14 }
plans:
  - code: FULL
    name: Everything
    versions:
      - from: 2026-06-01
        currency: CNY
        components:
          - code: SALE
            name: Sales
            kind: RATE
            events: [RENEWAL, ACTIVATION]
            base: MONTHLY_FEE
            multiplyBy: [TIER, SCORE]
            scoreFactor: { period: PREVIOUS, steps: [{ from: 60, factor: 0.80 }, { from: 90, factor: 1.1 }] }
            instalments: [{ percent: 50, month: 0 }, { percent: 25.5, days: 90 }, { percent: 24.5, paidBill: 3 }]
            onBill: true
            holdback: { percent: 10, months: 3, condition: { metric: QUALITY, atLeast: -1, below: 100 } }
            clawback: { events: [REFUND, CHURN], method: PRO_RATA, months: 12 }
            reactivationDays: 30
            cap: 9000
            floor: 10
            rules: [{ product: FIBER, percent: 100, minimum: 250 }, { flat: 20 }]
          - code: TRAIL
            name: Residual
            kind: RESIDUAL
            months: 24
            clawback: { method: FULL, days: 30 }
            rules: [{ percent: 2 }]
          - code: PUSH
            name: Autumn push
            kind: SPIFF
            campaign: AUTUMN
            budget: 50000
            events: [ACTIVATION]
            rules: [{ flat: 30 }]
          - code: VOLUME
            name: Volume
            kind: BRACKET
            events: [RECHARGE, BILL]
            measure: AMOUNT
            window: QUARTER
            method: MARGINAL
            multiplyBy: [TIER]
            cap: 100000
            brackets: [{ from: 0, to: 10000, rate: 1 }, { from: 10000, to: 50000, rate: 1.5 }, { from: 50000, rate: 2 }]
          - code: ACCELERATOR
            name: Above quota
            kind: BRACKET
            events: [ACTIVATION]
            measure: UNITS
            window: YEAR
            method: WHOLE
            bounds: ATTAINMENT
            target: UNIT_TARGET
            brackets: [{ from: 100, to: 120, rate: 5 }, { from: 120, rate: 8 }]
          - code: BONUS
            name: Quota bonus
            kind: QUOTA_BONUS
            events: [ACTIVATION]
            measure: UNITS
            window: MONTH
            target: UNIT_TARGET
            curve: LINEAR
            pays: AMOUNT
            points: [{ attainment: 80, value: 500 }, { attainment: 100, value: 1000 }]
            maximumAttainment: 150
            scoreFactor: { steps: [{ from: 0, factor: 1 }] }
          - code: TEAM
            name: Management allowance
            kind: OVERRIDE
            method: PERCENT_OF_COMMISSION
            levels: [{ level: 2, percent: 2 }, { level: 1, percent: 5 }]
            cap: 5000
          - code: TEAM_BASE
            name: Override on the base
            kind: OVERRIDE
            method: PERCENT_OF_BASE
            events: [RECHARGE]
            base: AMOUNT
            levels: [{ level: 1, percent: 0.5 }]
          - code: GAP
            name: Differential
            kind: OVERRIDE
            method: DIFFERENTIAL
            events: [RECHARGE]
            measure: UNITS
            table: [{ from: 0, to: 100, percent: 3 }, { from: 100, percent: 5 }]
            paysSeller: false
          - { code: GUARANTEE, name: Guarantee, kind: DRAW, minimum: 3000 }
pools:
  - code: QUARTERLY
    name: Quarterly pool
    versions:
      - from: 2026-07-01
        currency: CNY
        fund: { fixed: 100000, events: [BILL] }
        threshold: { target: 1000000, percent: 80 }
        weight: [{ factor: SCORE }, { factor: MONTHS_OF_SERVICE }, { factor: VOLUME, events: [BILL] }]
        remainder: CARRY_OVER
        plans: [P, FULL]
        period: QUARTER
        floor: 100
        cap: 20000
agents:
  - code: T
    name: Third
    channelType: AGENT
    since: 2026-01-01
    region: NORTH
    parent: M
    agreements:
      - { plan: FULL, from: 2026-06-01, totalCap: 100000, minimumPayout: 50, taxPercent: 6, trailing: CONTINUE }
conflictRules:
  - code: AREA
    name: Territories
    versions:
      - validFrom: 2026-06-01
        definition:
          kind: TERRITORY
          effect: HOLD
          scope: { events: [DEVICE_SALE, ACTIVATION], channelTypes: [AGENT], regions: [NORTH], categories: [BROADBAND] }
          dueDays: 10
          appealDays: 5
          tests: [OUTSIDE_OWN, INSIDE_EXCLUSIVE]
          withoutTerritory: HIT
  - code: CUSTOMER
    name: Customers
    versions:
      - validFrom: 2026-06-01
        definition: { kind: OWNERSHIP, effect: FLAG, scope: { events: [ACTIVATION] }, dueDays: 7, appealDays: 0, protects: [REGISTRATION, CUSTOMER], windowDays: 30 }
  - code: TWICE
    name: Claimed twice
    versions:
      - validFrom: 2026-06-01
        definition: { kind: DUPLICATE, effect: HOLD, scope: { events: [ACTIVATION] }, dueDays: 7, appealDays: 5, windowDays: 15, same: CATEGORY }
  - code: PRICE
    name: Floor price
    versions:
      - validFrom: 2026-06-01
        definition: { kind: PRICE_FLOOR, effect: REJECT, scope: { events: [DEVICE_SALE] }, dueDays: 7, appealDays: 5, percentOfListPrice: 80.50 }
      - validFrom: 2026-09-01
        definition: { kind: PRICE_FLOOR, effect: REJECT, scope: { events: [DEVICE_SALE] }, dueDays: 7, appealDays: 5, enabled: false }
  - code: RIGHT
    name: May sell
    versions:
      - validFrom: 2026-06-01
        definition: { kind: AUTHORISATION, effect: HOLD, scope: { events: [ACTIVATION] }, dueDays: 7, appealDays: 5, tests: [MATRIX, CERTIFICATION], unlisted: REFUSED }
  - code: CAMPAIGNS
    name: Two campaigns
    versions:
      - validFrom: 2026-06-01
        definition: { kind: CAMPAIGN_OVERLAP, effect: FLAG, scope: { events: [ACTIVATION] }, dueDays: 7, appealDays: 5, windowDays: 30 }
matrix:
  - { channelType: AGENT, category: BROADBAND, allowed: true, validFrom: 2026-06-01 }
  - { channelType: AGENT, category: BROADBAND, segment: PUBLIC, allowed: false, validFrom: 2026-06-01, validTo: 2026-12-01 }
priceFloors:
  - { product: FIBER, currency: CNY, price: 99.90, validFrom: 2026-06-01 }
  - { category: BROADBAND, region: NORTH, channelType: AGENT, currency: CNY, price: 80, validFrom: 2026-06-01, validTo: 2026-12-01 }
creditRules:
  - code: ONLINE
    name: Online to offline
    versions:
      - validFrom: 2026-06-01
        definition:
          events: [ACTIVATION]
          categories: [BROADBAND]
          regions: [NORTH]
          source: CREDITS
          shares: [{ role: LEAD, percent: 33.30 }, { role: FULFILMENT, percent: 66.70, channelTypes: [AGENT] }]
          priority: 2
  - code: REGISTERED
    name: Registered deals
    versions:
      - validFrom: 2026-06-01
        definition: { events: [ACTIVATION], source: REGISTRATION, shares: [{ role: REGISTRANT, percent: 60 }, { role: SELLER, percent: 40 }], priority: 1 }
registrationPolicies:
  - code: DEALS
    name: Deals
    versions:
      - validFrom: 2026-06-01
        definition: { channelTypes: [AGENT], categories: [BROADBAND], protectionDays: 30, extensionDays: 15, maximumExtensions: 2, mode: FIRST_COME, clash: QUEUE }
metricValues:
  - { agent: T, metric: SCORE, period: 2026-10, value: 92.50 }
  - { agent: T, metric: UNIT_TARGET, period: 2026, value: 1200 }
  - { agent: M, metric: UNIT_TARGET, period: 2026-Q4, value: -3 }
`;
