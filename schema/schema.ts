import './scalars.ts';
import './errors.ts';
import './reference.ts';
import './product.ts';
import './agent.ts';
import './agreement.ts';
import './metric.ts';
import './exchangeRate.ts';
import './plan.ts';
import './pool.ts';
import './programme.ts';
import './event.ts';
import './import.ts';
import './run.ts';
import './cutOver.ts';
import './line.ts';
import './explain.ts';
import './statement.ts';
import './unpaid.ts';
import './audit.ts';
import './account.ts';
import './runProgress.ts';
import './simulation.ts';
import './retro.ts';
import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';

/** What clients see: one noun per file, each of which adds its types and fields to the builder. */
export const schema: GraphQLSchema = builder.toSchema();
