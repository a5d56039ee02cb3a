import { logOdds } from "./calibration.ts";
import {
  type PersonEvidence,
  type Posterior,
  type SearchContext,
  searchPriorLogOdds,
  weighPeople,
  weighPerson,
} from "./identity.ts";
import { euclideanFromCosine } from "./vector.ts";

/** Confidence from which a face counts as found. */
export const defaultThreshold = 0.7;

/** Candidates below this are not worth showing. */
const leastCandidateConfidence = 0.05;

/** A face of the event that resembles the one looked for. */
export interface SearchHit {
  readonly faceId: string;
  /** Of the group the face is in; somebody seen once is a person too. */
  readonly personId: string;
  /** Cosine, -1 to 1. */
  readonly similarity: number;
  /** Of the face, 0 to 1. */
  readonly quality: number;
}

export interface SearchInput extends SearchContext {
  /** For every person among them, all faces of that person; further people resemble the query less. */
  readonly hits: readonly SearchHit[];
  /** Least confidence of a match, 0 to 1; default: 0.7. */
  readonly threshold?: number;
  /** Faces down to this confidence are listed, too. The answer is the same. */
  readonly least?: number;
}

export interface SearchMatch extends SearchHit {
  /** Probability, 0 to 1, that this face is the one looked for. */
  readonly confidence: number;
  /** Euclidean distance of the embeddings at unit length, 0 to 2. */
  readonly distance: number;
  /** The similarity of this person's best face less that of anybody else's; undefined when there is nobody else. */
  readonly margin: number | undefined;
}

export interface ThinEvidence {
  readonly code: "poor-query" | "strict-threshold" | "undecided" | "ambiguous";
  /** For the person who searches. */
  readonly message: string;
}

/** Matches are ranked, most confident first; those below the threshold are there as far as `least` asks for them. */
export type SearchAnswer =
  | { readonly kind: "found"; readonly matches: readonly SearchMatch[] }
  | {
      readonly kind: "not-found";
      /** Of somebody else; none without `least`. */
      readonly matches: readonly SearchMatch[];
      /** Confidence of the nearest face, 0 to 1; undefined when there is no face. */
      readonly bestConfidence: number | undefined;
    }
  | {
      readonly kind: "not-enough-evidence";
      readonly reason: ThinEvidence;
      /** What it may be, below the threshold or of more than one person. */
      readonly matches: readonly SearchMatch[];
    };

/** From this probability that it is somebody of the event, "not in these photos" would be too bold. */
const doubtFrom = 0.3;

/**
 * Says who of an event the face looked for is, from its similarities to the faces found there.
 *
 * A person counts as a whole: whoever a group as a whole resembles is found in all of its photos, less surely in those whose
 * face does not resemble the one looked for. That nobody is found means "not in these photos" only if a typical
 * photo of the same person would have been recognised.
 */
export function answerSearch(input: SearchInput): SearchAnswer {
  const threshold = input.threshold ?? defaultThreshold;
  const groups = [...groupByPerson(input.hits).values()];
  const evidence = groups.map((faces) => weighPerson(faces, input));
  const posterior = weighPeople(evidence.map((person) => person.logOdds));
  const matches = rank(groups, evidence, posterior);
  const { least } = input;
  const from = (confidence: number) => matches.filter((match) => match.confidence >= confidence);
  const [first] = matches;
  if (first && first.confidence >= threshold) {
    return { kind: "found", matches: from(Math.min(threshold, least ?? threshold)) };
  }
  const reason = findDoubt(posterior, input, threshold);
  if (!reason) {
    return { kind: "not-found", matches: least === undefined ? [] : from(least), bestConfidence: first?.confidence };
  }
  return { kind: "not-enough-evidence", reason, matches: from(least ?? leastCandidateConfidence) };
}

function groupByPerson(hits: readonly SearchHit[]): Map<string, SearchHit[]> {
  const groups = new Map<string, SearchHit[]>();
  for (const hit of hits) {
    const group = groups.get(hit.personId);
    if (group) group.push(hit);
    else groups.set(hit.personId, [hit]);
  }
  return groups;
}

function rank(
  groups: readonly (readonly SearchHit[])[],
  evidence: readonly PersonEvidence[],
  posterior: Posterior,
): SearchMatch[] {
  const bests = groups.map((faces) => faces.reduce((best, face) => Math.max(best, face.similarity), -1));
  const [first, second] = bests.toSorted((a, b) => b - a);
  return groups
    .flatMap((faces, i) => {
      const best = bests[i] ?? -1;
      const other = best === first ? second : first;
      return faces.map((face, j) => ({
        ...face,
        confidence: (posterior.people[i] ?? 0) * (evidence[i]?.membership[j] ?? 0),
        distance: euclideanFromCosine(face.similarity),
        margin: other === undefined ? undefined : best - other,
      }));
    })
    .sort((a, b) => b.confidence - a.confidence || b.similarity - a.similarity || (a.faceId < b.faceId ? -1 : 1));
}

/** Why nobody being found does not mean that nobody is there; undefined when it does. */
function findDoubt({ anybody }: Posterior, input: SearchInput, threshold: number): ThinEvidence | undefined {
  if (anybody >= threshold) {
    return {
      code: "ambiguous",
      message:
        "More than one person of the event resembles the face about equally, so it can't be told who it is. Search " +
        "with another picture of the same person.",
    };
  }
  if (!wouldBeRecognised({ ...input, queryQuality: 1 }, threshold)) {
    return {
      code: "strict-threshold",
      message:
        "The threshold is so high that even the best picture of somebody in the event would not count as a match. " +
        "Search with a lower one.",
    };
  }
  if (!wouldBeRecognised(input, threshold)) {
    return {
      code: "poor-query",
      message:
        "The face in the picture is not clear enough to tell whose it is: even a good photo of the same person would " +
        "not be recognised for sure. Use a sharp picture that shows the face large and from the front.",
    };
  }
  if (anybody < doubtFrom) return undefined;
  return {
    code: "undecided",
    message:
      "Somebody in the event resembles the face, but not enough to be sure. Search with another picture of the same " +
      "person.",
  };
}

/** Whether the face looked for and a good photo of the same person, as alike as such faces are on average, would match. */
function wouldBeRecognised({ calibration, queryQuality, people }: SearchInput, threshold: number): boolean {
  const query = calibration.evidence(queryQuality);
  const good = calibration.evidence(1);
  const typical = calibration.similarity(calibration.expectedResemblance(query, good));
  const logRatio = calibration.logLikelihoodRatioBetween(typical, query, good);
  return logRatio + searchPriorLogOdds(people) >= logOdds(threshold);
}
