import { once } from "node:events";
import { Command, Option } from "commander";
import { documented } from "./documentation.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { engineOptions } from "./open.ts";
import {
  addEngineOptions,
  type CommonOptions,
  dataDirOption,
  type EngineFlags,
  jsonOption,
  notEmpty,
  wholeNumber,
} from "./options.ts";
import { runCommand, type Session } from "./session.ts";

interface ServeFlags extends CommonOptions, EngineFlags {
  readonly port?: number;
  readonly host?: string;
}

interface ServeJson {
  readonly url: string;
  /** Absent when the password was set before. */
  readonly setupUrl?: string;
}

const example: ServeJson = {
  url: "http://localhost:8080",
  setupUrl: "http://localhost:8080/setup#Zm9yIGV4YW1wbGUgb24",
};

export function serveCommand(): Command {
  const command = new Command("serve")
    .description(
      "Run the server, with its API and the queue that finds faces in what is uploaded, until it is stopped.",
    )
    .addOption(
      new Option("--port <number>", "where to listen; 0 takes any free port (default: 8080)").argParser(
        wholeNumber(0, 65_535),
      ),
    )
    .addOption(
      new Option("--host <address>", "the address to listen on (default: 127.0.0.1, this machine alone)").argParser(
        notEmpty,
      ),
    )
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (flags: ServeFlags) => {
      const onStop = "Photos that were waiting are still in the queue; the next start goes on with them.";
      await runCommand(flags, (session) => serve(flags, session), { onStop });
    });
  return documented(addEngineOptions(command), {
    examples: [
      {
        line: "rollcall serve",
        does: "Starts the server. The first time, it prints the link to set the password with.",
      },
    ],
    json: {
      examples: [example],
      notes: [
        "Printed as soon as the server listens; it then runs until Ctrl-C.",
        "`setupUrl` is the one-time link to set the organiser's password; absent when that was done.",
      ],
    },
  });
}

async function serve(flags: ServeFlags, session: Session): Promise<ExitCode> {
  const { startServer } = await import("../server.ts");
  const { dataDir, port, host } = flags;
  const server = await startServer({
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    engine: engineOptions(flags, session),
  });
  try {
    const { url, setupUrl, notices } = server;
    for (const notice of notices) session.note(notice);
    const answer: ServeJson = { url, ...(setupUrl === undefined ? {} : { setupUrl }) };
    await session.answer(answer, () => describe(answer, session));
    if (!session.signal.aborted) await once(session.signal, "abort");
  } finally {
    await server.close();
  }
  return exitCodes.done;
}

function describe({ url, setupUrl }: ServeJson, { colours }: Session): string[] {
  const running = `Rollcall is running at ${colours.bold(url)}. Ctrl-C stops it.`;
  if (setupUrl === undefined) return [running];
  return [
    running,
    "",
    "Set your password with this link. It works once, and until the server stops:",
    `  ${colours.bold(setupUrl)}`,
  ];
}
