import { onboardingReaders, paperReaders } from '../src/partners/partnerFile.ts';
import type {
  FileAppeal,
  FileAward,
  FileComment,
  FilePlacement,
  FilePublishedScore,
  FileTierMove,
} from '../src/partners/partnerFileGrades.ts';
import { builder } from './builder.ts';
import { readers } from './partnerFileEntries.ts';

// What stands in the sections of a partner file that say how the agent was judged (partnerFile.ts).

export const PublishedScoreEntry = builder.objectRef<FilePublishedScore>('FilePublishedScore').implement({
  description: 'A published score of the agent.',
  authScopes: { roles: readers },
  fields: (t) => ({
    period: t.expose('period', { type: 'Period', description: 'The month.' }),
    template: t.exposeString('template', { description: 'The code of the scorecard template.' }),
    version: t.exposeInt('version', { description: "The template's version." }),
    revision: t.exposeInt('revision', { description: '0: as published; more: changed by so many appeals.' }),
    total: t.expose('total', { type: 'Decimal', nullable: true, description: 'The score; null: data was missing.' }),
    state: t.exposeString('state', { description: 'PUBLISHED or FINAL.' }),
    publishedAt: t.expose('publishedAt', { type: 'DateTime', description: 'When the scores were published.' }),
  }),
});

export const TierMoveEntry = builder.objectRef<FileTierMove>('FileTierMove').implement({
  description: 'What an evaluation of tiers found for the agent.',
  authScopes: { roles: readers },
  fields: (t) => ({
    scheme: t.exposeString('scheme', { description: 'The code of the tier scheme.' }),
    period: t.expose('period', { type: 'Period', description: 'The month that was evaluated.' }),
    kind: t.exposeString('kind', {
      description: 'ENTERED, PROMOTED, KEPT, PROTECTED, MISSED, DEMOTED or OVERRIDDEN.',
    }),
    fromTier: t.exposeString('fromTier', { nullable: true, description: 'The tier (code) before; null: none.' }),
    toTier: t.exposeString('toTier', { description: 'The tier (code) after.' }),
    misses: t.exposeInt('misses', { description: 'Misses in a row, after it.' }),
    effectiveOn: t.expose('effectiveOn', { type: 'Date', description: 'The first day on which it holds.' }),
    appliedAt: t.expose('appliedAt', { type: 'DateTime', description: 'When it was applied.' }),
  }),
});

export const AwardEntry = builder.objectRef<FileAward>('FileAward').implement({
  description: 'An award that the agent was given.',
  authScopes: { roles: readers },
  fields: (t) => ({
    award: t.exposeString('award', { description: 'The code of the award.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    period: t.expose('period', { type: 'Period', description: 'The month.' }),
    place: t.exposeInt('place', { description: 'The place.' }),
    rankedAmong: t.exposeString('rankedAmong', {
      description: 'Among whom: codes of region and channel type; empty: among all.',
    }),
    prize: t.expose('prize', { type: 'Json', description: 'What it gives.' }),
    grantedAt: t.expose('grantedAt', { type: 'DateTime', description: 'When it was given.' }),
  }),
});

export const AppealEntry = builder.objectRef<FileAppeal>('FileScoreAppeal').implement({
  description: 'An appeal of the agent about a published score.',
  authScopes: { roles: readers },
  fields: (t) => ({
    period: t.expose('period', { type: 'Period', description: 'The month of the score.' }),
    state: t.exposeString('state', { description: 'FILED, ACCEPTED, REJECTED or WITHDRAWN, on the day.' }),
    reason: t.exposeString('reason', { description: 'Why it was filed.' }),
    filedBy: t.exposeString('filedBy', { description: 'Who filed it.' }),
    filedAt: t.expose('filedAt', { type: 'DateTime', description: 'When.' }),
    decision: t.exposeString('decision', { nullable: true, description: 'What was decided, in words.' }),
    decidedBy: t.exposeString('decidedBy', { nullable: true, description: 'Who decided.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When it was decided.' }),
  }),
});

export const CommentEntry = builder.objectRef<FileComment>('FileRatingComment').implement({
  description: 'Words of a rater that were released to the agent.',
  authScopes: { roles: paperReaders },
  fields: (t) => ({
    round: t.exposeString('round', { description: 'The rating round (code).' }),
    aspect: t.exposeString('aspect', { description: 'What was rated.' }),
    period: t.expose('period', { type: 'Period', description: 'The month.' }),
    words: t.exposeString('words', { description: 'The words.' }),
  }),
});

export const PlacementEntry = builder.objectRef<FilePlacement>('FileLoyaltyPlacement').implement({
  description: 'A cell of a loyalty grid in which the agent was.',
  authScopes: { roles: onboardingReaders },
  fields: (t) => ({
    grid: t.exposeString('grid', { description: 'The code of the grid.' }),
    period: t.expose('period', { type: 'Period', description: 'The month.' }),
    loyalty: t.exposeString('loyalty', { description: 'The band of loyalty.' }),
    contribution: t.exposeString('contribution', { description: 'The band of contribution.' }),
  }),
});
