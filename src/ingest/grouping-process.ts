import { type GroupingJob, runGroupingJob } from "../domain/group-faces.ts";
import { answerParent, type Failure } from "../face/asked-process.ts";
import type { Grouping } from "../face/cluster.ts";

export interface GroupingRequest {
  readonly kind: "group";
  readonly job: GroupingJob;
}

export type GroupingAnswer = { readonly kind: "grouped"; readonly grouping: Grouping } | Failure;

answerParent<GroupingRequest, GroupingAnswer>(async ({ job }) => ({ kind: "grouped", grouping: runGroupingJob(job) }));
