import type { Calibration } from "./calibration.ts";
import { euclideanFromCosine } from "./vector.ts";

/** Confidence from which a face counts as found. */
export const defaultThreshold = 0.7;

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

export interface SearchInput {
  /** Quality of the face looked for, 0 to 1. */
  readonly queryQuality: number;
  /** For every person among them, all faces of that person; further people resemble the query less. */
  readonly hits: readonly SearchHit[];
  /** People of the event, those seen once included. */
  readonly people: number;
  readonly calibration: Calibration;
  /** Least confidence of a match, 0 to 1; default: 0.7. */
  readonly threshold?: number;
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
  readonly code: "poor-query" | "undecided" | "ambiguous";
  /** For the person who searches. */
  readonly message: string;
}

/** Matches are ranked, most confident first. */
export type SearchAnswer =
  | { readonly kind: "found"; readonly matches: readonly SearchMatch[] }
  | { readonly kind: "not-found"; readonly matches: readonly [] }
  | {
      readonly kind: "not-enough-evidence";
      readonly reason: ThinEvidence;
      /** What it may be, below the threshold or of more than one person. */
      readonly matches: readonly SearchMatch[];
    };

/** Says who of an event the face looked for is, from its similarities to the faces found there. */
export function answerSearch(input: SearchInput): SearchAnswer {
  const threshold = input.threshold ?? defaultThreshold;
  const matches = rank(input).filter((match) => match.confidence >= threshold);
  if (matches.length > 0) return { kind: "found", matches };
  return { kind: "not-found", matches: [] };
}

function rank({ hits, people, calibration, queryQuality }: SearchInput): SearchMatch[] {
  const best = new Map<string, number>();
  for (const hit of hits) best.set(hit.personId, Math.max(best.get(hit.personId) ?? -1, hit.similarity));
  return hits
    .map((hit) => {
      const others = [...best].filter(([personId]) => personId !== hit.personId).map(([, similarity]) => similarity);
      const own = best.get(hit.personId) ?? hit.similarity;
      return {
        ...hit,
        confidence: calibration.confidence(own, { people, quality: Math.min(queryQuality, hit.quality) }),
        distance: euclideanFromCosine(hit.similarity),
        margin: others.length > 0 ? own - Math.max(...others) : undefined,
      };
    })
    .sort((a, b) => b.confidence - a.confidence || b.similarity - a.similarity || (a.faceId < b.faceId ? -1 : 1));
}
