import { describe, expect, test } from "vitest";
import { direction, gaussian, near } from "../../test/synthetic-faces.ts";
import { FaceIndex } from "./search-index.ts";
import { dot } from "./vector.ts";

const random = gaussian(1);
const faces = Array.from({ length: 300 }, (_, i) => ({ id: `face${i}`, embedding: direction(random, 48) }));
const query = direction(random, 48);

function filled(): FaceIndex {
  const index = new FaceIndex(48);
  index.add(faces);
  return index;
}

function bruteForce(among = faces): { id: string; similarity: number }[] {
  return among
    .map(({ id, embedding }) => ({ id, similarity: dot(query, embedding) }))
    .sort((a, b) => b.similarity - a.similarity);
}

describe("FaceIndex", () => {
  test("finds what comparing with every face finds, best first", () => {
    const hits = filled().search(query, 20);
    expect(hits.map((hit) => hit.id)).toEqual(
      bruteForce()
        .slice(0, 20)
        .map((hit) => hit.id),
    );
    for (const [i, hit] of hits.entries()) expect(hit.similarity).toBeCloseTo(bruteForce()[i]?.similarity ?? 9, 5);
  });

  test("finds for several queries at once what it finds for each", () => {
    const queries = [query, ...faces.slice(0, 4).map(({ embedding }) => embedding)];
    const index = filled();
    expect(index.searchEach(queries, 7)).toEqual(queries.map((one) => index.search(one, 7)));
    expect(index.searchEach([], 7)).toEqual([]);
    expect(new FaceIndex(48).searchEach(queries, 7)).toEqual(queries.map(() => []));
  });

  test("reads a query that is a part of a larger buffer, not the start of that buffer", () => {
    const buffer = new Float32Array(480);
    buffer.set(query, 96);
    expect(filled().search(buffer.subarray(96, 144), 5)).toEqual(filled().search(query, 5));
  });

  test("takes embeddings that are parts of one large buffer", () => {
    const all = new Float32Array(faces.length * 48);
    for (const [i, { embedding }] of faces.entries()) all.set(embedding, i * 48);
    const index = new FaceIndex(48);
    index.add(faces.map(({ id }, i) => ({ id, embedding: all.subarray(i * 48, (i + 1) * 48) })));
    expect(index.search(query, 5)).toEqual(filled().search(query, 5));
  });

  test("returns all faces when fewer are there than asked for, and none when it is empty", () => {
    expect(filled().search(query, 1000)).toHaveLength(300);
    expect(new FaceIndex(48).search(query, 10)).toEqual([]);
    expect(filled().search(query, 0)).toEqual([]);
  });

  test("gives the same answer whether faces came at once or one by one", () => {
    const index = new FaceIndex(48);
    for (const face of faces) index.add([face]);
    expect(index.search(query, 30)).toEqual(filled().search(query, 30));
  });

  test("returns every face above a similarity, however many there are", () => {
    const index = filled();
    index.add(Array.from({ length: 700 }, (_, i) => ({ id: `guest${i}`, embedding: near(query, 0.8, random) })));
    const hits = index.searchAbove(query, 0.6);
    expect(hits).toHaveLength(700);
    expect(hits.every((hit) => hit.id.startsWith("guest"))).toBe(true);
    expect(index.searchAbove(query, -1)).toHaveLength(1000);
    expect(index.searchAbove(query, 0.999)).toEqual([]);
  });

  test("forgets removed faces and keeps the others", () => {
    const index = filled();
    const gone = new Set(faces.filter((_, i) => i % 3 === 0).map((face) => face.id));
    index.remove([...gone, "never there"]);
    const left = faces.filter((face) => !gone.has(face.id));
    expect(index.size).toBe(left.length);
    expect(index.search(query, 300).map((hit) => hit.id)).toEqual(bruteForce(left).map((hit) => hit.id));
    index.remove(left.map((face) => face.id));
    expect(index.search(query, 5)).toEqual([]);
    index.add(faces);
    expect(index.search(query, 300)).toHaveLength(300);
  });

  test("replaces the embedding of a known id", () => {
    const index = filled();
    index.add([{ id: "face7", embedding: query }]);
    expect(index.size).toBe(300);
    expect(index.search(query, 1)[0]).toMatchObject({ id: "face7" });
  });

  test("orders equally similar faces by id", () => {
    const index = new FaceIndex(48);
    index.add(["c", "a", "b"].map((id) => ({ id, embedding: query })));
    expect(index.search(query, 3).map((hit) => hit.id)).toEqual(["a", "b", "c"]);
  });

  test("compares with given faces and leaves out those that are not there", () => {
    const hits = filled().compare(query, ["face3", "nobody", "face1"]);
    expect(hits.map((hit) => hit.id)).toEqual(["face3", "face1"]);
    expect(hits[0]?.similarity).toBeCloseTo(dot(query, faces[3]?.embedding ?? query), 6);
  });

  test("refuses an embedding of another model and adds nothing then", () => {
    const index = filled();
    const wrong = { id: "wrong", embedding: new Float32Array(64) };
    const right = { id: "right", embedding: query };
    expect(() => index.add([right, wrong])).toThrowError(expect.objectContaining({ code: "EMBEDDINGS_INCOMPATIBLE" }));
    expect(index.has("right")).toBe(false);
    expect(() => index.search(wrong.embedding, 1)).toThrowError(/different models/);
    expect(() => index.compare(wrong.embedding, [])).toThrowError(/different models/);
  });
});
