import { type RunningCli, startCli } from "./run-cli.ts";

export interface Serving extends RunningCli {
  readonly url: string;
  readonly setupUrl?: string;
}

/** `rollcall serve` as users run it, in a process of its own that can be killed. */
export async function serve(dataDir: string): Promise<Serving> {
  const args = ["serve", "--port", "0", "--preset", "fast", "--json"];
  const cli = startCli(args, { dataDir, env: { ROLLCALL_LOG_LEVEL: "silent" } });
  const answer = await new Promise<{ url: string; setupUrl?: string }>((resolve, reject) => {
    let text = "";
    cli.child.stdout?.on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("}")) resolve(JSON.parse(text));
    });
    void cli.result.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { ...cli, ...answer };
}

/** As the loss of power does: nothing can be finished or tidied up. */
export async function killServer({ child, result }: Serving): Promise<void> {
  child.kill("SIGKILL");
  await result;
}
