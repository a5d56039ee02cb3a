import { randomBytes } from "node:crypto";

/**
 * What this process calls itself where others can see it: its number, and what tells it from an earlier process of the same
 * number. In a container, every start has the same.
 */
export const thisProcess = `${process.pid}.${randomBytes(4).toString("hex")}`;

/**
 * Whether a process that called itself so may still be running on this machine.
 *
 * @param name `thisProcess` of that process; for what is no such name, the answer is no
 */
export function mayBeRunning(name: string): boolean {
  if (name === thisProcess) return true;
  const pid = Number(name.split(".", 1)[0]);
  if (pid === process.pid || !Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and is another user's.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
