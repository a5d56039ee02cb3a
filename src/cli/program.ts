import { readFileSync } from "node:fs";
import { Command } from "commander";
import { backupCommand } from "./backup.ts";
import { compareCommand } from "./compare.ts";
import { demoCommand } from "./demo.ts";
import { detectCommand } from "./detect.ts";
import { documented } from "./documentation.ts";
import { eventsCommand } from "./events.ts";
import { exportCommand } from "./export.ts";
import { forgetCommand } from "./forget.ts";
import { indexCommand } from "./index-folders.ts";
import { insightsCommand } from "./insights.ts";
import { modelsCommand } from "./models.ts";
import { nameCommand } from "./name.ts";
import { peopleCommand } from "./people.ts";
import { resetPasswordCommand } from "./reset-password.ts";
import { restoreCommand } from "./restore.ts";
import { searchCommand } from "./search.ts";
import { serveCommand } from "./serve.ts";
import { watchCommand } from "./watch.ts";

/** The whole command tree; docs/cli.md is generated from it. */
export function createProgram(): Command {
  const program = new Command("rollcall")
    .description("Find everyone in an event's photos.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpCommand("help [command]", "show help for a command")
    .commandsGroup("Help:");
  const groups = {
    "The main job:": [indexCommand(), watchCommand(), peopleCommand(), searchCommand(), exportCommand(), nameCommand()],
    "The server:": [serveCommand(), backupCommand(), restoreCommand(), resetPasswordCommand()],
    "Events:": [insightsCommand(), eventsCommand(), forgetCommand()],
    "Single pictures:": [detectCommand(), compareCommand()],
    "Rollcall itself:": [modelsCommand(), demoCommand()],
  };
  for (const [heading, commands] of Object.entries(groups)) {
    for (const command of commands) program.addCommand(command.helpGroup(heading));
  }
  documented(program, {
    examples: [
      { line: "rollcall demo", does: "Shows on six party photos what Rollcall does." },
      { line: 'rollcall index ~/Pictures/party --event "Summer party"', does: "Finds everyone in your own photos." },
    ],
  });
  return strict(program);
}

/** Errors are thrown to main.ts, which owns the exit codes, and point to the help of the command they are about. */
function strict(command: Command): Command {
  command.helpOption("-h, --help", "show help").summary(firstSentence(command.description()));
  command.exitOverride().showSuggestionAfterError().allowExcessArguments(false);
  command.showHelpAfterError(`\`${fullName(command)} --help\` shows how it is used.`);
  complainOfMisspeltFirst(command);
  for (const child of command.commands) strict(child);
  return command;
}

/** Commander asks for what is missing before it looks at what it does not know, and so calls `--evnt` a missing `--event`. */
function complainOfMisspeltFirst(command: Command): void {
  const parseOptions = command.parseOptions.bind(command);
  command.parseOptions = (args) => {
    const parsed = parseOptions(args);
    // With an option that is not known, the command ends in any case.
    if (parsed.unknown.length > 0) for (const option of command.options) option.mandatory = false;
    return { ...parsed, operands: withoutHelpOnNothing(command, parsed.operands) };
  };
}

/** Of `serv`, Commander says that it is unknown; of `help serv`, it would show all help without a word about it. */
function withoutHelpOnNothing({ commands }: Command, operands: string[]): string[] {
  const [first, ...rest] = operands;
  const named = (name: string | undefined) => commands.find((command) => command.name() === name);
  const [asked, ...below] = rest;
  if (first === "help" && asked !== undefined && commands.length > 0) {
    const about = named(asked);
    if (about === undefined) return rest;
    // Commander looks no further than the first word: `help models pull` is said to it as `models help pull`.
    const nested = below.length > 0 && about.commands.length > 0;
    return nested ? [asked, ...withoutHelpOnNothing(about, ["help", ...below])] : operands;
  }
  const child = named(first);
  return first === undefined || child === undefined ? operands : [first, ...withoutHelpOnNothing(child, rest)];
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.) /u, 1)[0]?.replace(/\.$/u, "") ?? text;
}

/** `rollcall models list` */
export function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const known = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return known && typeof manifest.version === "string" ? manifest.version : "unknown";
}
