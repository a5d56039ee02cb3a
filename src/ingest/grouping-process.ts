import { constants, setPriority } from "node:os";
import { type GroupingJob, runGroupingJob } from "../domain/group-faces.ts";
import { answerParent, type Failure } from "../face/asked-process.ts";
import type { Grouping } from "../face/cluster.ts";

export interface GroupingRequest {
  readonly kind: "group";
  readonly job: GroupingJob;
}

export type GroupingAnswer = { readonly kind: "grouped"; readonly grouping: Grouping } | Failure;

// Nobody waits for it, as somebody does for pages and searches.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

answerParent<GroupingRequest, GroupingAnswer>(async ({ job }) => ({ kind: "grouped", grouping: runGroupingJob(job) }));
