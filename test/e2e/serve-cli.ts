import { type RunningCli, startCli } from "./run-cli.ts";

export interface Serving extends RunningCli {
  readonly url: string;
  /** Undefined when the password was set before. */
  readonly setupUrl: string | undefined;
  /** All that was printed so far beside the answer: the log. */
  log(): string;
}

/** A server in a process of its own, as users run it, with the quickest engine. */
export async function serveCli(dataDir: string, logLevel = "silent"): Promise<Serving> {
  const args = ["serve", "--port", "0", "--preset", "fast", "--json"];
  const cli = startCli(args, { dataDir, env: { ROLLCALL_LOG_LEVEL: logLevel } });
  let text = "";
  let errors = "";
  cli.child.stderr?.on("data", (chunk: string) => {
    errors += chunk;
  });
  return await new Promise((resolve, reject) => {
    cli.child.stdout?.on("data", (chunk: string) => {
      text += chunk;
      const answer = /^\{\n[^}]*\n\}$/mu.exec(text)?.[0];
      if (answer === undefined) return;
      const { url, setupUrl } = JSON.parse(answer);
      resolve({ ...cli, url, setupUrl, log: () => text.replace(answer, "") + errors });
    });
    void cli.result.then(({ stderr }) => reject(new Error(stderr)));
  });
}

/** As the loss of power does: nothing can be finished or tidied up. */
export async function killServer({ child, result }: Serving): Promise<void> {
  child.kill("SIGKILL");
  await result;
}
