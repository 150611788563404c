import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { GraphQLSchema } from 'graphql';
import type { Config } from '../config.ts';
import type { Databases } from '../db/client.ts';
import { startDatabases } from '../db/start.ts';
import { wantsDemo } from '../demo/demo.ts';
import { openDocumentStore } from '../documents/documents.ts';
import type { DocumentStore } from '../documents/store.ts';
import { createLogger, type Logger } from '../http/log.ts';
import { crashOnUncaught } from '../http/process.ts';
import { loadEnvelopeKeys, noEnvelopeKeys } from '../partners/envelope.ts';
import { buildPortal } from '../portal/build.ts';
import { createServer } from '../server.ts';
import * as commands from './commands.ts';
import type { Output } from './output.ts';

export type StartJobs = (options: {
  databases: Databases;
  clock: () => Date;
  logger: Logger;
  closeDelayHours: number;
  clockPattern: string;
  documents: DocumentStore;
}) => Promise<{ stop(): Promise<void> }>;

type Parts = { loadSchema: () => Promise<GraphQLSchema>; loadJobs: () => Promise<StartJobs> };

/**
 * Runs the database (if it is our own), the API and the jobs until SIGINT or SIGTERM; then lets requests and the running
 * job finish and stops in the opposite order. A second signal ends the process at once.
 * @param options.demoWhereEmpty whether an empty database gets the demo province first
 */
export async function serve(
  config: Config,
  parts: Parts,
  output: Output,
  options: { demoWhereEmpty: boolean },
): Promise<void> {
  const clock = () => new Date();
  const logger = createLogger(config.logLevel);
  crashOnUncaught(logger);
  const stopped = stopSignal();
  await buildPortal(output.note);
  const started = await startDatabases(config, { onStep: output.note });
  try {
    const { databases } = started;
    if (options.demoWhereEmpty && (await wantsDemo(databases))) await commands.demo(databases, output, config);
    const [schema, startJobs] = await Promise.all([parts.loadSchema(), parts.loadJobs()]);
    const envelopeKeys = loadEnvelopeKeys(config);
    if (envelopeKeys === noEnvelopeKeys)
      logger.warn('No envelope keys are configured: numbers cannot be encrypted or read');
    const graphql = { schema, renderGraphiQL };
    const server = createServer({ config, databases, graphql, logger, clock, envelopeKeys });
    const { closeDelayHours, clock: clockPattern } = config;
    const documents = openDocumentStore(config);
    const jobs = await startJobs({ databases, clock, logger, closeDelayHours, clockPattern, documents });
    try {
      const { url } = await server.listen();
      output.note(
        `\nTributary is ready.\n  Portal    ${url}/portal/\n  GraphQL   ${url}/graphql\n  Health    ${url}/health/ready\n  Stop      Ctrl-C\n`,
      );
      await stopped;
      output.note('Stopping: letting requests and jobs finish.');
    } finally {
      await server.close();
      await jobs.stop();
    }
  } finally {
    await started.stop();
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve();
      });
    }
  });
}
