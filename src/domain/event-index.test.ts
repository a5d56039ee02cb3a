import { expect, test } from "vitest";
import { type EventFace, EventIndex } from "./event-index.ts";

const face = (id: string, personId: string): EventFace => ({
  id,
  photoId: `photo of ${id}`,
  personId,
  quality: 0.5,
  box: [0, 0, 10, 10],
});

const right = Float32Array.of(1, 0);
const up = Float32Array.of(0, 1);
const evidence = () => 1;

function indexOf(faces: readonly EventFace[], embeddings: Readonly<Record<string, Float32Array>>): EventIndex {
  const index = new EventIndex("pipeline");
  index.put(faces, new Map(Object.entries(embeddings)));
  return index;
}

test("a person looks like the faces they have at the moment, whatever was asked before", () => {
  const index = indexOf([face("a", "anna"), face("b", "ben")], { a: right, b: up });
  expect(index.appearance("anna", evidence)).toEqual({ mean: right, evidence: 1, photos: new Set(["photo of a"]) });
  expect(index.appearance("ben", evidence)?.mean).toEqual(up);

  index.put([face("b", "anna")], new Map());
  const both = index.appearance("anna", evidence);
  expect(both?.evidence).toBe(2);
  expect(both?.photos.size).toBe(2);
  expect(both?.mean[0]).toBeCloseTo(Math.SQRT1_2);
  expect(index.appearance("ben", evidence)).toBeUndefined();

  index.put([], new Map([["a", up]]));
  index.put([face("a", "anna")], new Map());
  expect(index.appearance("anna", evidence)?.mean).toEqual(up);

  index.keepOnly(new Set(["b"]));
  expect(index.appearance("anna", evidence)?.photos).toEqual(new Set(["photo of b"]));
  index.keepOnly(new Set());
  expect(index.appearance("anna", evidence)).toBeUndefined();
});

test("what a person looks like is computed once for as long as their faces stay the same", () => {
  const index = indexOf([face("a", "anna"), face("b", "ben")], { a: right, b: up });
  const before = index.appearance("anna", evidence);
  index.put([face("b", "carl")], new Map());
  expect(index.appearance("anna", evidence)).toBe(before);
});
