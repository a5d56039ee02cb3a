import { parentPort, workerData } from "node:worker_threads";
import { type GroupingJob, runGroupingJob } from "../domain/group-faces.ts";

const job: GroupingJob = workerData;
parentPort?.postMessage(runGroupingJob(job));
